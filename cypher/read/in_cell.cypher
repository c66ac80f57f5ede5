// Personas whose attributes have all the values of the cell (attribute to value), by entry.
// params: cell
// returns: persona
MATCH (p:Persona)
WHERE all(attribute IN keys($cell) WHERE p[attribute] = $cell[attribute])
RETURN [p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.activity, p.age, p.sex, p.region, p.language,
        p.simulated] AS persona
ORDER BY p.entry, p.id;
