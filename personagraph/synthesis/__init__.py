"""From personas to training data."""
