"""Arrays that grow, strings by number, and compiled loops over them: what de-duplication and vectors are made of."""
