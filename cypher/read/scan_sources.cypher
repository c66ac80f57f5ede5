// All sources by id, also those without a link.
// params: none
// returns: source
MATCH (s:Source)
RETURN [s.id, s.uri, s.sha256, s.excerpt] AS source
ORDER BY s.id;
