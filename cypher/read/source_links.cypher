// All sources and how personas are tied to them, by source, persona, type.
// params: none
// returns: link
MATCH (p:Persona)-[l:LIKELY_TO_READ|LIKELY_TO_WRITE|LIKELY_TO_LIKE|LIKELY_TO_DISLIKE]->(s:Source)
RETURN [s.id, s.uri, s.sha256, s.excerpt, p.id, type(l), l.calls] AS link
ORDER BY s.id, p.id, type(l);
