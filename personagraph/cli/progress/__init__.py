"""How a run that goes on is shown."""
