// Sources and how personas are tied to them: of some personas (each given once), of one source, or both (null says
// nothing, and one is given), by source, persona, type.
// params: personas, source
// returns: link
CALL () {
  UNWIND $personas AS id
  MATCH (p:Persona {id: id})-[l:LIKELY_TO_READ|LIKELY_TO_WRITE|LIKELY_TO_LIKE|LIKELY_TO_DISLIKE]->(s:Source)
  USING INDEX SEEK p:Persona(id)
  RETURN p, l, s
  UNION ALL
  WITH $source AS id WHERE $personas IS NULL
  MATCH (p:Persona)-[l:LIKELY_TO_READ|LIKELY_TO_WRITE|LIKELY_TO_LIKE|LIKELY_TO_DISLIKE]->(s:Source {id: id})
  USING INDEX SEEK s:Source(id)
  RETURN p, l, s
}
WITH p, l, s
WHERE $source IS NULL OR s.id = $source
RETURN [s.id, s.uri, s.sha256, s.excerpt, p.id, type(l), l.calls] AS link
ORDER BY s.id, p.id, type(l);
