// Pairs of one of the ids and the id of a persona that it points to. No types: all.
// params: ids, types
// returns: id, next
UNWIND $ids AS id
MATCH (p:Persona {id: id})-[r]->(q:Persona) USING INDEX SEEK p:Persona(id)
WHERE r.key IS NOT NULL AND ($types = [] OR type(r) IN $types)
RETURN DISTINCT id, q.id AS next;
