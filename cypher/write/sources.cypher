// Enters sources, or replaces what is known of them; a source is captioned by the end of its address.
// params: rows
// returns: written
UNWIND $rows AS row
MERGE (s:Source {id: row.id})
SET s += row, s.name = last(split(row.uri, '/'))
RETURN count(*) AS written;
