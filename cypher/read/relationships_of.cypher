// Relationships with this persona at either end, by source, target, type.
// params: id
// returns: relationship
MATCH (p:Persona {id: $id})-[r]-(:Persona) USING INDEX SEEK p:Persona(id)
WHERE r.key IS NOT NULL
WITH r, startNode(r) AS a, endNode(r) AS b
RETURN [r.key, a.id, b.id, type(r), r.label, r.confidence, r.former, r.steering, r.calls] AS relationship
ORDER BY a.id, b.id, type(r);
