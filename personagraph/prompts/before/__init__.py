"""The wording of prompts that an earlier version asked with: for its unfinished runs, and for recordings of them."""
