// Enters merges; counts those whose persona is there.
// params: rows
// returns: written
UNWIND $rows AS row
MATCH (p:Persona {id: row.persona}) USING INDEX SEEK p:Persona(id)
CREATE (m:Alias)-[:MERGED_INTO]->(p)
SET m = row.properties
RETURN count(*) AS written;
