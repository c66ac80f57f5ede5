"""Whom a verb draws: what the user says of it, the draw itself, and files that others are drawn again from."""
