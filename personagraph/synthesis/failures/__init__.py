"""What fails of the samples of runs: where, how sure that is, and how the next ones are made there."""
