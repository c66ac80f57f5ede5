// All personas from an entry on, by entry, a row for each page of entries: one list of many costs a tenth of as many rows.
// params: since, last, page, known
// returns: personas
UNWIND range($since, $last, $page) AS low
CALL (low) {
  MATCH (p:Persona) USING INDEX p:Persona(entry)
  WHERE low <= p.entry < low + $page
  WITH p ORDER BY p.entry, p.id
  RETURN collect([p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.simulated, p.fields]
         + [name IN $known | p[name]]) AS personas
}
RETURN personas;
