"""What de-duplication keeps in arrays, and the compiled loops over them; loaded only when descriptions are compared."""
