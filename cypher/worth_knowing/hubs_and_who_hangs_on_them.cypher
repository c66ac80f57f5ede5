// The personas with the most neighbours, and who would have nobody left without each of them.
// params: hubs
// returns: hub, neighbours, cut_off, who
MATCH (h:Persona)
WHERE h.entry >= 0
WITH h, COUNT { (h)-[]-(:Persona) } AS ties
ORDER BY ties DESC, h.entry
LIMIT $hubs
MATCH (h)-[]-(n:Persona)
WITH h, collect(DISTINCT n) AS near
WITH h, size(near) AS neighbours,
     [n IN near WHERE NOT EXISTS { MATCH (n)-[]-(o:Persona) WHERE o <> h }] AS lonely
RETURN h.description AS hub, neighbours, size(lonely) AS cut_off, [n IN lonely | n.description][..5] AS who
ORDER BY cut_off DESC, neighbours DESC, hub;
