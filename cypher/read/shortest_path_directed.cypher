// The personas on one shortest path between two that differ, along the directions, and the relationships that it
// could take; no row: there is none. No types: all. Two with a relationship that is not ours may have no other.
// Not SHORTEST: that took 4 times as long on 200,000 personas, and with a filter on types it enumerates every trail on
// 5.26 when there is no path. These predicates are checked during the search, which never leaves the personas.
// params: start, end, types, avoid, known
// returns: personas, relationships
MATCH (a:Persona {id: $start}), (b:Persona {id: $end})
MATCH p = shortestPath((a)-[*]->(b))
WHERE all(n IN nodes(p) WHERE n:Persona AND ($avoid = [] OR NOT n.id IN $avoid))
  AND all(r IN relationships(p) WHERE $types = [] OR type(r) IN $types)
WITH nodes(p) AS people
UNWIND range(1, size(people) - 1) AS i
WITH people, people[i - 1] AS x, people[i] AS y
OPTIONAL MATCH (x)-[r]->(y)
WHERE r.key IS NOT NULL
WITH people, collect(CASE WHEN r IS NOT NULL THEN [r.key, startNode(r).id, endNode(r).id, type(r), r.label,
        r.confidence, r.former, r.steering, r.via, r.agreement, r.calls] END) AS relationships
RETURN [n IN people | [n.id, n.description, n.depth, n.entry, n.origin, n.run, n.nature, n.simulated, n.fields]
        + [name IN $known | n[name]]] AS personas, relationships;
