// The highest number of entry; -1 when there is nobody.
// params: none
// returns: last
MATCH (p:Persona)
RETURN coalesce(max(p.entry), -1) AS last;
