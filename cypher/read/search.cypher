// Personas that a full-text query finds, those with the fewest words first, then by entry.
// params: query, limit, known
// returns: persona
CALL db.index.fulltext.queryNodes('persona_words', $query) YIELD node AS p
RETURN [p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.simulated, p.fields]
       + [name IN $known | p[name]] AS persona
ORDER BY p.word_count, p.entry, p.id
LIMIT $limit;
