// All relationships by source, target, type; the index gives the order of sources, so that little is sorted.
// params: none
// returns: relationship
MATCH (a:Persona)-[r]->(b:Persona) USING INDEX a:Persona(id)
WHERE a.id IS NOT NULL
RETURN [r.key, a.id, b.id, type(r), r.label, r.confidence, r.former, r.steering, r.calls] AS relationship
ORDER BY a.id, b.id, type(r);
