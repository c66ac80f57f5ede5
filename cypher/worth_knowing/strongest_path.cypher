// Of the 100 shortest paths between two personas, the ones to trust most: by the product of their confidences; through
// the same personas, the strongest alone.
// Example: --param from=ID --param to=ID --param limit=3
// params: from, to, limit
// returns: strength, hops, path
MATCH (a:Persona {id: $from})
WITH a
LIMIT 1
MATCH (b:Persona {id: $to})
MATCH p = SHORTEST 100 (a) ((:Persona)-[]-(:Persona)){1,6} (b)
WITH length(p) AS hops, [n IN nodes(p) | n.description] AS path,
     max(reduce(strength = 1.0, r IN relationships(p) | strength * r.confidence)) AS strength
RETURN round(strength, 4) AS strength, hops, path
ORDER BY strength DESC, hops, path
LIMIT $limit;
