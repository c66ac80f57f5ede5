// All personas by entry as columns, a row for each page of entries; `nodes` are the server's own numbers.
// params: last, page, known
// returns: nodes, ids, depths, entries, runs, simulated, known
UNWIND range(0, $last, $page) AS low
CALL (low) {
  MATCH (p:Persona) USING INDEX p:Persona(entry)
  WHERE low <= p.entry < low + $page
  WITH p ORDER BY p.entry, p.id
  RETURN collect(id(p)) AS nodes, collect(p.id) AS ids, collect(coalesce(p.depth, -1)) AS depths,
         collect(p.entry) AS entries, collect(p.run) AS runs, collect(p.simulated) AS simulated,
         collect([name IN $known | p[name]]) AS known
}
RETURN nodes, ids, depths, entries, runs, simulated, known;
