// How many relationships between personas there are of each type.
// params: none
// returns: type, relationships
MATCH (:Persona)-[r]->(:Persona)
WHERE r.key IS NOT NULL
RETURN type(r) AS type, count(*) AS relationships
ORDER BY type;
