// Pairs of world regions by how many relationships tie them, the fewest first, with one of these: where a pair has but
// a few, they are the bridges on which its paths depend.
// params: none
// returns: one_region, other_region, ties, example
MATCH (a:Persona)-[r]->(b:Persona)
WHERE a.region > '' AND a.region <> 'unknown' AND b.region <> 'unknown' AND a.region <> b.region
WITH CASE WHEN a.region < b.region THEN [a.region, b.region] ELSE [b.region, a.region] END AS pair, a, r, b
ORDER BY r.confidence DESC, r.key
WITH pair, count(*) AS ties, collect([a.description, type(r), b.description])[0] AS example
RETURN pair[0] AS one_region, pair[1] AS other_region, ties, example
ORDER BY ties, one_region, other_region;
