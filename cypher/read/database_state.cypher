// What a database holds before anything is done to it: whose it is, its migrations, whether it has any node.
// params: none
// returns: workspace, migrations, filled
OPTIONAL MATCH (w:PersonagraphWorkspace)
RETURN w.id AS workspace,
       COLLECT { MATCH (m:PersonagraphMigration) RETURN [m.version, m.name, m.checksum] } AS migrations,
       EXISTS { MATCH (n) } AS filled;
