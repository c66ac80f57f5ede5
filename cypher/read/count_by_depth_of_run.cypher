// How many personas of one run there are at each depth, those without one last.
// params: run
// returns: depth, personas
MATCH (p:Persona)
WHERE p.run = $run
RETURN p.depth AS depth, count(*) AS personas
ORDER BY depth;
