"""The closed vocabularies of attributes, and how words are read as their values."""
