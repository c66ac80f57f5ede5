// Everyone whom a text brought: the personas drawn from it (0 hops), and who hangs on them, to 3 hops.
// params: uri
// returns: hops, persona, description
MATCH (s:Source {uri: $uri})-[]-(seed:Persona)
WITH DISTINCT seed
MATCH p = SHORTEST 1 (seed) ((:Persona)-[]-(:Persona)){0,3} (reached:Persona)
WITH reached, min(length(p)) AS hops
RETURN hops, reached.id AS persona, reached.description AS description
ORDER BY hops, persona;
