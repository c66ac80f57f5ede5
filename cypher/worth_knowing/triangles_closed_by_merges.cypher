// Triangles that exist because a duplicate was merged and not dropped or entered again: each goes through a persona
// that another description was merged into.
// params: limit
// returns: survivor, merged, triangles
MATCH (m:Alias)-[:MERGED_INTO]->(p:Persona)
WHERE m.key > ''
WITH p, collect(m.description) AS merged
MATCH (p)-[]-(x:Persona)
WITH p, merged, collect(DISTINCT x) AS near
UNWIND near AS x
MATCH (x)-[]-(y:Persona)
WHERE y IN near AND x.id < y.id
WITH p, merged, count(DISTINCT [x.id, y.id]) AS triangles
RETURN p.description AS survivor, merged[..3] AS merged, triangles
ORDER BY triangles DESC, survivor
LIMIT $limit;
