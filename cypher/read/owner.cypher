// Whose the database is.
// params: none
// returns: workspace
MATCH (w:PersonagraphWorkspace)
RETURN w.id AS workspace;
