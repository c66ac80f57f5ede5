"""Policies: which persona to ask next, and what for. Each is folded from what enters the graph; none does I/O."""
