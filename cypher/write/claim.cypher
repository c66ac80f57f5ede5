// Gives a database to a workspace unless it has an owner; whose it is then.
// params: workspace
// returns: owner
MERGE (w:PersonagraphWorkspace {application: 'personagraph'})
ON CREATE SET w.id = $workspace, w.name = 'workspace ' + $workspace
RETURN w.id AS owner;
