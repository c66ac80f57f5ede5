// Removes merges, where they are.
// params: keys
// returns: nothing
UNWIND $keys AS key
MATCH (m:Alias {key: key}) USING INDEX SEEK m:Alias(key)
DETACH DELETE m;
