// Merges with this key, of this description (by its id), into this persona, in any order; null says nothing, and one at
// least is given. An index is asked for the first of them.
// params: key, alias, persona
// returns: merge
CALL () {
  WITH $key AS key
  MATCH (m:Alias {key: key}) USING INDEX SEEK m:Alias(key)
  RETURN m
  UNION ALL
  WITH $alias AS alias WHERE $key IS NULL
  MATCH (m:Alias {alias: alias}) USING INDEX SEEK m:Alias(alias)
  RETURN m
  UNION ALL
  WITH $persona AS id WHERE $key IS NULL AND $alias IS NULL
  MATCH (m:Alias)-[:MERGED_INTO]->(p:Persona {id: id}) USING INDEX SEEK p:Persona(id)
  RETURN m
}
MATCH (m)-[:MERGED_INTO]->(p:Persona)
WHERE ($alias IS NULL OR m.alias = $alias) AND ($persona IS NULL OR p.id = $persona)
RETURN [m.key, m.alias, m.description, p.id, m.method, m.score, m.run] AS merge;
