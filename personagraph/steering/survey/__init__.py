"""A look at the whole graph now and then: which regions are thin, and whom to ask for each; told all that it needs."""
