"""Text as such: what a word is in every script, how texts are alike, and how files of text are read."""
