// What people look personas up by: each attribute, a cell of activity and region, the run; descriptions in full text
// with the words of any language as they stand, for Browser and Bloom; texts by their address.
// params: none
// returns: nothing
CREATE INDEX persona_cell IF NOT EXISTS FOR (p:Persona) ON (p.activity, p.region);
CREATE INDEX persona_region IF NOT EXISTS FOR (p:Persona) ON (p.region);
CREATE INDEX persona_age IF NOT EXISTS FOR (p:Persona) ON (p.age);
CREATE INDEX persona_sex IF NOT EXISTS FOR (p:Persona) ON (p.sex);
CREATE INDEX persona_language IF NOT EXISTS FOR (p:Persona) ON (p.language);
CREATE INDEX persona_run IF NOT EXISTS FOR (p:Persona) ON (p.run);
CREATE INDEX source_uri IF NOT EXISTS FOR (s:Source) ON (s.uri);
CREATE FULLTEXT INDEX persona_description IF NOT EXISTS FOR (p:Persona) ON EACH [p.description]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: true}};
