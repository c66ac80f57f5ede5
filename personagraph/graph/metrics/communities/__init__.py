"""Communities: parts of the graph that hang together more than by chance."""
