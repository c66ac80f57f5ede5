// Sources and how personas are tied to them: of one persona, of one source (null: of all), by source, persona, type.
// params: persona, source
// returns: link
MATCH (p:Persona)-[l:LIKELY_TO_READ|LIKELY_TO_WRITE|LIKELY_TO_LIKE|LIKELY_TO_DISLIKE]->(s:Source)
WHERE ($persona IS NULL OR p.id = $persona) AND ($source IS NULL OR s.id = $source)
RETURN [s.id, s.uri, s.sha256, s.excerpt, p.id, type(l), l.calls] AS link
ORDER BY s.id, p.id, type(l);
