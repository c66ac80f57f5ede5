// Every index, those of constraints included: whether it can be used.
// params: none
// returns: name, state
SHOW INDEXES YIELD name, state
RETURN name, state;
