// Pairs of one of the ids and the id of a persona next to it, whatever the direction. No types: all.
// params: ids, types
// returns: id, next
UNWIND $ids AS id
MATCH (p:Persona {id: id})-[r]-(q:Persona) USING INDEX SEEK p:Persona(id)
WHERE r.key IS NOT NULL AND ($types = [] OR type(r) IN $types)
RETURN DISTINCT id, q.id AS next;
