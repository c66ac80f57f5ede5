// A name for what has no description, as Browser and Bloom caption a node by its name or its description.
// params: none
// returns: nothing
MATCH (s:Source) WHERE s.name IS NULL SET s.name = last(split(s.uri, '/'));
MATCH (r:Run) WHERE r.name IS NULL SET r.name = 'run ' + r.id;
MATCH (w:PersonagraphWorkspace) WHERE w.name IS NULL SET w.name = 'workspace ' + w.id;
