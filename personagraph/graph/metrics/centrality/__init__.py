"""How central each persona is."""
