// Removes the vectors of all descriptions.
// params: none
// returns: nothing
MATCH (p:Persona) WHERE p.vector IS NOT NULL
CALL (p) { REMOVE p.vector } IN TRANSACTIONS OF 10000 ROWS;
