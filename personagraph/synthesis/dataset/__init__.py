"""Files of samples for a trainer: rows of one format, split, with a card, a manifest, and what LLaMA-Factory reads."""
