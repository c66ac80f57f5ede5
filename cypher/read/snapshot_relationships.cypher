// All relationships as columns, a row for each page of their sources' entries, by key; `codes` numbers the types.
// params: last, page, codes
// returns: sources, targets, types, confidences, former, steering
UNWIND range(0, $last, $page) AS low
CALL (low) {
  MATCH (a:Persona) USING INDEX a:Persona(entry)
  WHERE low <= a.entry < low + $page
  MATCH (a)-[r]->(b:Persona)
  WHERE r.key IS NOT NULL
  WITH a, r, b ORDER BY r.key
  RETURN collect(id(a)) AS sources, collect(id(b)) AS targets, collect($codes[type(r)]) AS types,
         collect(r.confidence) AS confidences, collect(r.former) AS former, collect(r.steering) AS steering
}
RETURN sources, targets, types, confidences, former, steering;
