// Enters sources, or replaces what is known of them.
// params: rows
// returns: written
UNWIND $rows AS row
MERGE (s:Source {id: row.id})
SET s += row
RETURN count(*) AS written;
