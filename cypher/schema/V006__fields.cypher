// What else the row said that a persona was imported from, an object in JSON: empty for all who are there.
// params: none
// returns: nothing
MATCH (p:Persona) WHERE p.fields IS NULL
CALL (p) { SET p.fields = '' } IN TRANSACTIONS OF 10000 ROWS;
