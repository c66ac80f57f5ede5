"""Models that run inside this process: the bundled one, and any GGUF file."""
