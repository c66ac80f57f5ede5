"""What is read as text: its files and rows, its words, and its mended spelling."""
