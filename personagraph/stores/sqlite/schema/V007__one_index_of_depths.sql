-- The depths are counted by the index of runs, which has them too: an index more for each persona is a tenth of an import.
DROP INDEX persona_by_depth;
