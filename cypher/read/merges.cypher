// Merges into one persona (null: into any), in any order.
// params: persona
// returns: merge
MATCH (m:Alias)-[:MERGED_INTO]->(p:Persona)
WHERE $persona IS NULL OR p.id = $persona
RETURN [m.key, m.alias, m.description, p.id, m.method, m.score, m.run] AS merge;
