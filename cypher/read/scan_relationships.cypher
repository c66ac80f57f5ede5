// All relationships by source, target, type, key, a row for each page of sources: those from an id on, and below another.
// params: pages
// returns: relationships
UNWIND $pages AS page
CALL (page) {
  MATCH (a:Persona)-[r]->(b:Persona) USING INDEX a:Persona(id)
  WHERE page[0] <= a.id < page[1] AND r.key IS NOT NULL
  WITH a, r, b ORDER BY a.id, b.id, type(r), r.key
  RETURN collect([r.key, a.id, b.id, type(r), r.label, r.confidence, r.former, r.steering, r.via, r.agreement, r.calls]) AS relationships
}
RETURN relationships;
