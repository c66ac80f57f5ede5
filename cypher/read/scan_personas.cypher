// All personas by entry; the index gives the order, so that nothing is sorted before the first row.
// params: none
// returns: persona
MATCH (p:Persona) USING INDEX p:Persona(entry)
WHERE p.entry IS NOT NULL
RETURN [p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.activity, p.age, p.sex, p.region, p.language,
        p.simulated] AS persona
ORDER BY p.entry, p.id;
