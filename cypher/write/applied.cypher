// Sets how many steps of a run the graph holds.
// params: run, applied
// returns: nothing
MERGE (r:Run {id: $run})
SET r.applied = $applied, r.name = 'run ' + $run;
