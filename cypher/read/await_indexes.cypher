// Waits until every index can be used, at most five minutes.
// params: none
// returns: nothing
CALL db.awaitIndexes(300);
