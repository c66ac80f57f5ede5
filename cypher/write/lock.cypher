// Takes the lock that every change and every snapshot holds to its end, remembers how far the ledger is unless more is
// remembered, and says whose database it is.
// params: runs, attempts
// returns: workspace
MATCH (w:PersonagraphWorkspace)
SET w.id = w.id,
    w.runs = CASE WHEN $runs > coalesce(w.runs, 0) THEN $runs ELSE w.runs END,
    w.attempts = CASE WHEN $attempts > coalesce(w.attempts, 0) THEN $attempts ELSE w.attempts END
RETURN w.id AS workspace;
