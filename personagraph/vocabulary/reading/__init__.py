"""How a whole description is read: its sentence first, then what that says of each attribute; no guesses."""
