// The personas with these ids, in any order.
// params: ids
// returns: persona
UNWIND $ids AS id
MATCH (p:Persona {id: id}) USING INDEX SEEK p:Persona(id)
RETURN [p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.activity, p.age, p.sex, p.region, p.language,
        p.simulated] AS persona;
