// The words of a tie in own words are part of its key, and one with a direction has a type of its own. What the key is,
// and which of the two it is said of, the ledger knows: until it is asked, the key says that it is of before.
// params: none
// returns: nothing
CREATE CONSTRAINT tied_to_key IF NOT EXISTS FOR ()-[r:TIED_TO]-() REQUIRE r.key IS UNIQUE;
MATCH (:Persona)-[r:RELATED_TO]->(:Persona) WHERE r.label <> '' AND NOT r.key STARTS WITH 'before:'
SET r.key = 'before:' + r.key;
