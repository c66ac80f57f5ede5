// Personas that a single model call holds in the graph: all their relationships, and all their ties to texts, have that
// call and no other; the ones with the most relationships first.
// params: limit
// returns: persona, description, relationships, call
MATCH (p:Persona)-[r]-()
WHERE p.entry >= 0
UNWIND CASE coalesce(r.calls, []) WHEN [] THEN ['imported'] ELSE r.calls END AS call
WITH p, count(DISTINCT r) AS relationships, collect(DISTINCT call) AS calls
WHERE size(calls) = 1 AND calls[0] <> 'imported'
RETURN p.id AS persona, p.description AS description, relationships, calls[0] AS call
ORDER BY relationships DESC, persona
LIMIT $limit;
