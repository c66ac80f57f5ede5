// Relationships in own words whose key is the one from before it had the words, by source, target, type, key.
// params: before
// returns: relationship
MATCH (a:Persona)-[r:RELATED_TO]->(b:Persona)
WHERE r.key STARTS WITH $before
RETURN [r.key, a.id, b.id, type(r), r.label, r.confidence, r.former, r.steering, r.via, r.agreement, r.calls] AS relationship
ORDER BY a.id, b.id, type(r), r.key;
