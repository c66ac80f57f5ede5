// For each type of relationship, how often both ends live in one region, beside how often chance alone would have it
// (the same ends, paired at random): a lift above 1 is homophily.
// params: none
// returns: type, ties, same_region, by_chance, lift
MATCH (a:Persona)-[r]->(b:Persona)
WHERE a.region > '' AND a.region <> 'unknown' AND b.region <> 'unknown'
WITH type(r) AS type, count(*) AS ties, sum(CASE WHEN a.region = b.region THEN 1 ELSE 0 END) AS same,
     collect(a.region) AS sources, collect(b.region) AS targets
UNWIND sources AS region
WITH type, ties, same, targets, region, count(*) AS starting
WITH type, ties, same, sum(starting * size([t IN targets WHERE t = region])) AS pairs
WITH type, ties, 1.0 * same / ties AS same_region, 1.0 * pairs / (ties * ties) AS by_chance
RETURN type, ties, round(same_region, 3) AS same_region, round(by_chance, 3) AS by_chance,
       CASE WHEN by_chance = 0 THEN null ELSE round(same_region / by_chance, 2) END AS lift
ORDER BY coalesce(lift, -1) DESC, type;
