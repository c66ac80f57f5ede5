// Enters personas, or replaces what is known of them.
// params: rows
// returns: written
UNWIND $rows AS row
MERGE (p:Persona {id: row.id})
SET p += row
RETURN count(*) AS written;
