"""A population as points of an embedding space, and by what populations are compared there."""
