// Personas whose attributes have all the values of the cell (attribute to value), by entry. `by` says which index is
// asked: "cell" (activity and region) or one of the attributes; the others are looked at in whom it finds.
// params: by, cell
// returns: persona
CALL () {
  WITH $cell AS c WHERE $by = 'cell'
  MATCH (p:Persona) USING INDEX SEEK p:Persona(activity, region)
  WHERE p.activity = c.activity AND p.region = c.region
  RETURN p
  UNION ALL
  WITH $cell AS c WHERE $by = 'activity'
  MATCH (p:Persona {activity: c.activity}) USING INDEX SEEK p:Persona(activity)
  RETURN p
  UNION ALL
  WITH $cell AS c WHERE $by = 'region'
  MATCH (p:Persona {region: c.region}) USING INDEX SEEK p:Persona(region)
  RETURN p
  UNION ALL
  WITH $cell AS c WHERE $by = 'age'
  MATCH (p:Persona {age: c.age}) USING INDEX SEEK p:Persona(age)
  RETURN p
  UNION ALL
  WITH $cell AS c WHERE $by = 'sex'
  MATCH (p:Persona {sex: c.sex}) USING INDEX SEEK p:Persona(sex)
  RETURN p
  UNION ALL
  WITH $cell AS c WHERE $by = 'language'
  MATCH (p:Persona {language: c.language}) USING INDEX SEEK p:Persona(language)
  RETURN p
}
WITH p
WHERE all(attribute IN keys($cell) WHERE p[attribute] = $cell[attribute])
RETURN [p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.activity, p.age, p.sex, p.region, p.language,
        p.simulated] AS persona
ORDER BY p.entry, p.id;
