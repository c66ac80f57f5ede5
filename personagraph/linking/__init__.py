"""Between personas who are there already: who may know whom, and what a model says of it."""
