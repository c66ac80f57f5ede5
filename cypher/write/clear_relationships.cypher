// Removes the relationships that are about to be replaced. Without the hint, a plan made while the graph was small
// reads every relationship for each row.
// params: rows
// returns: nothing
UNWIND $rows AS row
MATCH (a:Persona {id: row.source})-[r]->(:Persona) USING INDEX SEEK a:Persona(id)
WHERE r.key = row.key
DELETE r;
