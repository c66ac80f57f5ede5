// Relationships whose two ends are both among the ids (sorted, each once), by source, target, type, key, a row for each
// page of sources: those from one place among the ids on, and before another.
// params: ids, pages
// returns: relationships
UNWIND $pages AS page
CALL (page) {
  UNWIND $ids[page[0]..page[1]] AS id
  MATCH (a:Persona {id: id})-[r]->(b:Persona) USING INDEX SEEK a:Persona(id)
  WHERE r.key IS NOT NULL AND b.id IN $ids
  WITH a, r, b ORDER BY a.id, b.id, type(r), r.key
  RETURN collect([r.key, a.id, b.id, type(r), r.label, r.confidence, r.former, r.steering, r.via, r.agreement, r.calls]) AS relationships
}
RETURN relationships;
