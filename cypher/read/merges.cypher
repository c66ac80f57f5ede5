// All merges, in any order.
// params: none
// returns: merge
MATCH (m:Alias)-[:MERGED_INTO]->(p:Persona)
RETURN [m.key, m.alias, m.description, p.id, m.method, m.score, m.run] AS merge;
