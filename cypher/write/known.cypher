// Changes what is known of personas; counts those who are there.
// params: rows
// returns: written
UNWIND $rows AS row
MATCH (p:Persona {id: row.id}) USING INDEX SEEK p:Persona(id)
SET p += row
RETURN count(*) AS written;
