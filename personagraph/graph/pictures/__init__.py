"""Drawings of what was measured, as SVG of our own: text that any browser shows, the same for the same values."""
