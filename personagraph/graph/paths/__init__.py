"""How personas are connected: all shortest paths, the best ones, and why there is none."""
