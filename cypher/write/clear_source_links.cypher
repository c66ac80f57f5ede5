// Removes links to sources, where they are.
// params: rows
// returns: nothing
UNWIND $rows AS row
MATCH (p:Persona {id: row.persona})-[l]->(s:Source) USING INDEX SEEK p:Persona(id)
WHERE s.id = row.source AND type(l) = row.type
DELETE l;
