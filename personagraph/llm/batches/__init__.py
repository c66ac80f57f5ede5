"""Replies by batches: many requests in one file, answered within hours at a lower price."""
