// How many steps of a run the graph holds.
// params: run
// returns: applied
MATCH (r:Run {id: $run})
RETURN r.applied AS applied;
