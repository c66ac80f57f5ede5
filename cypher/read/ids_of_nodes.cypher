// What nodes of the graph that the server calls so are called in ours.
// params: nodes
// returns: node, id
MATCH (n)
WHERE elementId(n) IN $nodes AND n.id IS NOT NULL
RETURN elementId(n) AS node, n.id AS id;
