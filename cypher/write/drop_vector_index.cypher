// Drops the index of vectors.
// params: none
// returns: nothing
DROP INDEX persona_vector IF EXISTS;
