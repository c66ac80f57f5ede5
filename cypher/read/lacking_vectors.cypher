// Which of these personas have no vector.
// params: ids
// returns: id
UNWIND $ids AS id
MATCH (p:Persona {id: id}) USING INDEX SEEK p:Persona(id)
WHERE p.vector IS NULL
RETURN p.id AS id;
