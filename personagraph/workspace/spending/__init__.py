"""What a run may take: how fast it goes, what is ahead of it, and the user's word for what it may spend."""
