// Removes sources, where they are, with their links.
// params: ids
// returns: nothing
UNWIND $ids AS id
MATCH (s:Source {id: id}) USING INDEX SEEK s:Source(id)
DETACH DELETE s;
