"""Where to grow."""
