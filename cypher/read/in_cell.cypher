// Personas whose attributes have all the values of the cell (attribute to value), by entry; two of them are activity and
// region, whose index is asked, and the others are looked at in whom it finds.
// params: cell, known
// returns: persona
MATCH (p:Persona) USING INDEX SEEK p:Persona(activity, region)
WHERE p.activity = $cell.activity AND p.region = $cell.region
  AND all(name IN keys($cell) WHERE p[name] = $cell[name])
RETURN [p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.simulated, p.fields]
       + [name IN $known | p[name]] AS persona
ORDER BY p.entry, p.id;
