"""What every run shares: ordered replies, the growing graph in memory, what is written, and taken back."""
