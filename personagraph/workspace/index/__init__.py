"""What is kept of the graph under index/ of a folder, derived from store and ledger: it may be gone at any time."""
