"""From a text to personas: who would read, write, like or dislike it."""
