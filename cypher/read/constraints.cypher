// What must be unique: of which label or type, and which properties.
// params: none
// returns: label, properties
SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties
WHERE type CONTAINS 'UNIQUENESS' OR type CONTAINS 'KEY'
RETURN labelsOrTypes[0] AS label, properties;
