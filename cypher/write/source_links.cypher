// Enters links to sources; counts those whose two ends are there.
// params: rows
// returns: written
UNWIND $rows AS row
MATCH (p:Persona {id: row.persona}) USING INDEX SEEK p:Persona(id)
MATCH (s:Source {id: row.source}) USING INDEX SEEK s:Source(id)
CREATE (p)-[l:$(row.type)]->(s)
SET l.calls = row.calls
RETURN count(*) AS written;
