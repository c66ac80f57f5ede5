"""Logic puzzles composed by the code, with exactly one solution, told in English and explained."""
