// How many personas, sources and merges there are, which the server knows without a look at them.
// params: none
// returns: personas, sources, merges
RETURN COUNT { (:Persona) } AS personas,
       COUNT { (:Source) } AS sources,
       COUNT { (:Alias) } AS merges;
