"""What buys replies: budget, pace, rates, retries, and the journal of every attempt."""
