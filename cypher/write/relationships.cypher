// Enters relationships; counts those whose two ends are there.
// params: rows
// returns: written
UNWIND $rows AS row
MATCH (a:Persona {id: row.source}) USING INDEX SEEK a:Persona(id)
MATCH (b:Persona {id: row.target}) USING INDEX SEEK b:Persona(id)
CREATE (a)-[r:$(row.type)]->(b)
SET r = row.properties
RETURN count(*) AS written;
