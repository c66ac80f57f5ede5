// Enters personas that are known not to be there: nothing is looked up. Counts them.
// params: rows
// returns: written
UNWIND $rows AS row
CREATE (p:Persona)
SET p = row
RETURN count(*) AS written;
