// Personas whose attributes have all the values of the cell (attribute to value), by entry; the index of one of them is
// asked, here of activity: asked by the name of another attribute, the statement has that in the place of activity.
// params: cell, known
// returns: persona
MATCH (p:Persona) USING INDEX SEEK p:Persona(activity)
WHERE p.activity = $cell.activity
  AND all(name IN keys($cell) WHERE p[name] = $cell[name])
RETURN [p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.simulated, p.fields]
       + [name IN $known | p[name]] AS persona
ORDER BY p.entry, p.id;
