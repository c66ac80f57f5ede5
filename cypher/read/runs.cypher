// How many steps of each run the graph holds.
// params: none
// returns: id, applied
MATCH (r:Run)
RETURN r.id AS id, r.applied AS applied;
