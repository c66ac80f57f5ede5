// Relationships with one of the ids (each given once) at either end or both, by source, target, type, key.
// params: ids
// returns: relationship
UNWIND $ids AS id
MATCH (p:Persona {id: id})-[r]-(:Persona) USING INDEX SEEK p:Persona(id)
WHERE r.key IS NOT NULL
WITH DISTINCT r
WITH r, startNode(r) AS a, endNode(r) AS b
RETURN [r.key, a.id, b.id, type(r), r.label, r.confidence, r.former, r.steering, r.via, r.agreement, r.calls] AS relationship
ORDER BY a.id, b.id, type(r), r.key;
