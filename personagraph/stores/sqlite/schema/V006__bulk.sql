-- The words of new personas are entered once a batch, by whoever writes it: a trigger for each row took seven times as
-- long. Of an attribute only what is stated is worth an index: most personas state nothing.
DROP TRIGGER persona_inserted;
-- What a batch brings becomes one segment of the index, and 16 of a size are merged at once: that is a third of the work.
INSERT INTO persona_words (persona_words, rank) VALUES ('hashsize', 33554432);
INSERT INTO persona_words (persona_words, rank) VALUES ('automerge', 16);
DROP INDEX persona_by_cell;
DROP INDEX persona_by_region;
DROP INDEX persona_by_age;
DROP INDEX persona_by_sex;
DROP INDEX persona_by_language;
CREATE INDEX persona_by_cell ON persona (activity, region, entry) WHERE activity <> 'unknown' OR region <> 'unknown';
CREATE INDEX persona_by_region ON persona (region, entry) WHERE region <> 'unknown';
CREATE INDEX persona_by_age ON persona (age, entry) WHERE age <> 'unknown';
CREATE INDEX persona_by_sex ON persona (sex, entry) WHERE sex <> 'unknown';
CREATE INDEX persona_by_language ON persona (language, entry) WHERE language <> 'unknown';
