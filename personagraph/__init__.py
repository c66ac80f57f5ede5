"""personagraph."""
