// Types of relationship by direction between activities: how often the first activity is the source, and how often the
// other way round; a professional who only ever teaches clerks, and never learns from one, shows here.
// params: limit
// returns: source_activity, type, target_activity, ties, the_other_way
MATCH (a:Persona)-[r]->(b:Persona)
WHERE a.activity > '' AND a.activity <> 'unknown' AND b.activity <> 'unknown'
WITH a.activity AS source, type(r) AS type, b.activity AS target, count(*) AS ties
WITH collect({source: source, type: type, target: target, ties: ties}) AS flows
UNWIND flows AS f
WITH f, [g IN flows WHERE g.type = f.type AND g.source = f.target AND g.target = f.source][0] AS back
RETURN f.source AS source_activity, f.type AS type, f.target AS target_activity, f.ties AS ties,
       coalesce(back.ties, 0) AS the_other_way
ORDER BY ties DESC, source_activity, type, target_activity
LIMIT $limit;
