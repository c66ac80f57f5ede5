// Every id and key is unique, relationships' keys type by type; personas by entry; the words to search by, already cut
// by personagraph.stores.words, so that white space is all there is to split at.
// params: none
// returns: nothing
CREATE CONSTRAINT persona_id IF NOT EXISTS FOR (n:Persona) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT source_id IF NOT EXISTS FOR (n:Source) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT alias_key IF NOT EXISTS FOR (n:Alias) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT run_id IF NOT EXISTS FOR (n:Run) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT personagraph_workspace IF NOT EXISTS FOR (n:PersonagraphWorkspace) REQUIRE n.application IS UNIQUE;
CREATE CONSTRAINT personagraph_migration IF NOT EXISTS FOR (n:PersonagraphMigration) REQUIRE n.version IS UNIQUE;
CREATE INDEX persona_entry IF NOT EXISTS FOR (p:Persona) ON (p.entry);
CREATE FULLTEXT INDEX persona_words IF NOT EXISTS FOR (p:Persona) ON EACH [p.words]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}};
CREATE CONSTRAINT partner_of_key IF NOT EXISTS FOR ()-[r:PARTNER_OF]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT sibling_of_key IF NOT EXISTS FOR ()-[r:SIBLING_OF]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT kin_of_key IF NOT EXISTS FOR ()-[r:KIN_OF]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT friend_of_key IF NOT EXISTS FOR ()-[r:FRIEND_OF]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT neighbour_of_key IF NOT EXISTS FOR ()-[r:NEIGHBOUR_OF]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT member_with_key IF NOT EXISTS FOR ()-[r:MEMBER_WITH]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT works_with_key IF NOT EXISTS FOR ()-[r:WORKS_WITH]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT studies_with_key IF NOT EXISTS FOR ()-[r:STUDIES_WITH]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT parent_of_key IF NOT EXISTS FOR ()-[r:PARENT_OF]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT manages_key IF NOT EXISTS FOR ()-[r:MANAGES]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT teaches_key IF NOT EXISTS FOR ()-[r:TEACHES]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT mentors_key IF NOT EXISTS FOR ()-[r:MENTORS]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT treats_key IF NOT EXISTS FOR ()-[r:TREATS]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT cares_for_key IF NOT EXISTS FOR ()-[r:CARES_FOR]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT serves_key IF NOT EXISTS FOR ()-[r:SERVES]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT sells_to_key IF NOT EXISTS FOR ()-[r:SELLS_TO]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT governs_key IF NOT EXISTS FOR ()-[r:GOVERNS]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT opposes_key IF NOT EXISTS FOR ()-[r:OPPOSES]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT influences_key IF NOT EXISTS FOR ()-[r:INFLUENCES]-() REQUIRE r.key IS UNIQUE;
CREATE CONSTRAINT related_to_key IF NOT EXISTS FOR ()-[r:RELATED_TO]-() REQUIRE r.key IS UNIQUE;
