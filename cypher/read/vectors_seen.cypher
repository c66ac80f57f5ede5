// What the vectors of descriptions are of, and how far they go: an object in JSON, or null.
// params: none
// returns: seen
MATCH (w:PersonagraphWorkspace)
RETURN w.vectors AS seen;
