"""Text as such: what a word is in every script, how texts are alike, and how files and rows of text are read."""
