// Takes the lock that every change and every snapshot holds to its end, and says whose database it is.
// params: none
// returns: workspace
MATCH (w:PersonagraphWorkspace)
SET w.id = w.id
RETURN w.id AS workspace;
