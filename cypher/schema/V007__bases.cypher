// On what grounds each attribute of a persona is known, such as "activity:words region:stated": empty for all who are there.
// params: none
// returns: nothing
MATCH (p:Persona) WHERE p.bases IS NULL
CALL (p) { SET p.bases = '' } IN TRANSACTIONS OF 10000 ROWS;
