// Relationships whose two ends are both among the ids (each given once), by source, target, type, key.
// params: ids
// returns: relationship
UNWIND $ids AS id
MATCH (a:Persona {id: id})-[r]->(b:Persona) USING INDEX SEEK a:Persona(id)
WHERE r.key IS NOT NULL AND b.id IN $ids
RETURN [r.key, a.id, b.id, type(r), r.label, r.confidence, r.former, r.steering, r.via, r.agreement, r.calls] AS relationship
ORDER BY a.id, b.id, type(r), r.key;
