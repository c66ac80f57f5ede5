// Remembers what the vectors of descriptions are of, and how far they go.
// params: seen
// returns: nothing
MATCH (w:PersonagraphWorkspace)
SET w.vectors = $seen;
