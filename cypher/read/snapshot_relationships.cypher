// All relationships as columns, a row for each page of their sources' entries; `codes` numbers the types. Of the types
// in `worded`, of which several may tie two personas, also the keys: to sort all of them by key would take most of the time.
// params: last, page, codes, worded
// returns: sources, targets, types, confidences, former, steering, via, agreement, keys
UNWIND range(0, $last, $page) AS low
CALL (low) {
  MATCH (a:Persona) USING INDEX a:Persona(entry)
  WHERE low <= a.entry < low + $page
  MATCH (a)-[r]->(b:Persona)
  WHERE r.key IS NOT NULL
  RETURN collect(id(a)) AS sources, collect(id(b)) AS targets, collect($codes[type(r)]) AS types,
         collect(r.confidence) AS confidences, collect(r.former) AS former, collect(r.steering) AS steering,
         collect(coalesce(r.via, '')) AS via, collect(coalesce(r.agreement, '')) AS agreement,
         collect(CASE WHEN type(r) IN $worded THEN r.key END) AS keys
}
RETURN sources, targets, types, confidences, former, steering, via, agreement, keys;
