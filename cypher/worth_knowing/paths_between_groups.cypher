// How two groups are connected, each found by words of its descriptions and a region ('' for any): the shortest path
// from each of the 10 best finds of one to each of the other's, the shortest first. Lucene syntax: fish* OR angler.
// Example: --param from='fisher*' --param from_region=west_central_africa --param to='software*' --param to_region=
// params: from, from_region, to, to_region
// returns: hops, path
CALL db.index.fulltext.queryNodes('persona_description', $from) YIELD node AS a
WITH a
WHERE $from_region = '' OR a.region = $from_region
LIMIT 10
CALL db.index.fulltext.queryNodes('persona_description', $to) YIELD node AS b, score
WHERE a <> b AND ($to_region = '' OR b.region = $to_region)
WITH a, b
ORDER BY score DESC
WITH a, collect(b)[..10] AS ends
UNWIND ends AS b
MATCH p = SHORTEST 1 (a) ((:Persona)-[]-(:Persona)){1,8} (b)
RETURN length(p) AS hops,
       [n IN nodes(p) | n.description] AS path
ORDER BY hops, path;
