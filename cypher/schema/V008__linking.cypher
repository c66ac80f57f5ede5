// How it was found that two who were there are tied, and whether both ends say so: both empty for all that are there.
// params: none
// returns: nothing
MATCH (:Persona)-[r]->(:Persona) WHERE r.key IS NOT NULL AND r.via IS NULL
CALL (r) { SET r.via = '', r.agreement = '' } IN TRANSACTIONS OF 10000 ROWS;
