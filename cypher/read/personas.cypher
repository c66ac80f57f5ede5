// The personas with these ids, in any order.
// params: ids, known
// returns: persona
UNWIND $ids AS id
MATCH (p:Persona {id: id}) USING INDEX SEEK p:Persona(id)
RETURN [p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.simulated, p.fields]
       + [name IN $known | p[name]] AS persona;
