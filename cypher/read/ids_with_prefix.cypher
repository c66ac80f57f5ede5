// Ids of personas that begin so, sorted.
// params: prefix, limit
// returns: id
MATCH (p:Persona)
WHERE p.id STARTS WITH $prefix
RETURN p.id AS id
ORDER BY id
LIMIT $limit;
