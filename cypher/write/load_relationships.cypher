// Enters relationships that are known not to be there: source, target, type, then the properties, each a list, which is
// shorter on the way than a map. Counts those whose two ends are there.
// params: rows
// returns: written
UNWIND $rows AS row
MATCH (a:Persona {id: row[1]}) USING INDEX SEEK a:Persona(id)
MATCH (b:Persona {id: row[2]}) USING INDEX SEEK b:Persona(id)
CREATE (a)-[r:$(row[3])]->(b)
SET r.key = row[0], r.label = row[4], r.confidence = row[5], r.former = row[6], r.steering = row[7], r.via = row[8],
    r.agreement = row[9], r.calls = row[10]
RETURN count(*) AS written;
