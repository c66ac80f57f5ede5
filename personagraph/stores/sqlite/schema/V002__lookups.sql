-- Who is in a cell, by its activity and region or by another attribute, in order of entry; what a run brought, by depth;
-- every merge of one description.
CREATE INDEX persona_by_cell ON persona (activity, region, entry);
CREATE INDEX persona_by_region ON persona (region, entry);
CREATE INDEX persona_by_age ON persona (age, entry);
CREATE INDEX persona_by_sex ON persona (sex, entry);
CREATE INDEX persona_by_language ON persona (language, entry);
CREATE INDEX persona_by_run ON persona (run, depth);
CREATE INDEX merge_by_alias ON merge (alias, persona);
