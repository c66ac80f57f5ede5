"""How many relationships and neighbours each persona has, and what law the many follow."""
