// Records that a migration was carried out.
// params: version, name, checksum
// returns: nothing
MERGE (m:PersonagraphMigration {version: $version})
SET m.name = $name, m.checksum = $checksum;
