// Gives personas the vectors of their descriptions.
// params: rows
// returns: nothing
UNWIND $rows AS row
MATCH (p:Persona {id: row.id}) USING INDEX SEEK p:Persona(id)
SET p.vector = row.vector;
