"""How the ties of steered steps are to mix: as is said, as a file has it, or as those do that nobody steered."""
