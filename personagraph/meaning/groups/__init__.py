"""Personas in groups of those who mean alike: voices at a stated cosine, and clusters of a stated number."""
