// How many personas, relationships between them, sources and merges there are.
// params: none
// returns: personas, relationships, sources, merges
RETURN COUNT { (:Persona) } AS personas,
       COUNT { (:Persona)-[r]->(:Persona) WHERE r.key IS NOT NULL } AS relationships,
       COUNT { (:Source) } AS sources,
       COUNT { (:Alias) } AS merges;
