// Removes personas, where they are, with their relationships, links and merges.
// params: ids
// returns: nothing
UNWIND $ids AS id
MATCH (p:Persona {id: id}) USING INDEX SEEK p:Persona(id)
OPTIONAL MATCH (p)<-[:MERGED_INTO]-(m:Alias)
DETACH DELETE p, m;
