// How far the ledger was, at most: the numbers of its last run and of its last attempt.
// params: none
// returns: runs, attempts
MATCH (w:PersonagraphWorkspace)
RETURN coalesce(w.runs, 0) AS runs, coalesce(w.attempts, 0) AS attempts;
