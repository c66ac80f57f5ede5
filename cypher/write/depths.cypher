// Changes depths; counts those whose persona is there.
// params: rows
// returns: written
UNWIND $rows AS row
MATCH (p:Persona {id: row.id}) USING INDEX SEEK p:Persona(id)
SET p.depth = row.depth
RETURN count(*) AS written;
