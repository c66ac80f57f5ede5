// How many descriptions have a vector without a direction: no encoder reads them.
// params: none
// returns: count
MATCH (p:Persona) WHERE size(p.vector) = 0
RETURN count(p) AS count;
