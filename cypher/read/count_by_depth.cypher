// How many personas there are at each depth, those without one last.
// params: none
// returns: depth, personas
MATCH (p:Persona)
RETURN p.depth AS depth, count(*) AS personas
ORDER BY depth;
