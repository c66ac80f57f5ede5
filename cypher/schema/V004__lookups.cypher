// What a cell is looked up by where no region is given, and every merge of one description.
// params: none
// returns: nothing
CREATE INDEX persona_activity IF NOT EXISTS FOR (p:Persona) ON (p.activity);
CREATE INDEX alias_description IF NOT EXISTS FOR (m:Alias) ON (m.alias);
