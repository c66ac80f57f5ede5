"""The graph as arrays, and what is asked of it: pure functions that are told what they need."""
