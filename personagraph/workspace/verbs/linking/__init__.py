"""The verbs that tie personas who are there."""
