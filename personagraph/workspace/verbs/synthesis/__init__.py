"""How samples are asked for, by the settings of a run."""
