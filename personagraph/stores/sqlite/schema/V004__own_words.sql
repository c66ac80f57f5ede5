-- The words of a tie in own words are part of its key: several of one type may tie two personas, in one direction. What
-- its key is, and which of the two it is said of, the ledger knows: until it is asked, the key says that it is of before.
ALTER TABLE relationship RENAME TO relationship_before;
DROP INDEX relationship_backwards;
CREATE TABLE relationship (
    key TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL REFERENCES persona (id) ON DELETE CASCADE,
    target TEXT NOT NULL REFERENCES persona (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    label TEXT NOT NULL,
    confidence REAL NOT NULL,
    former INTEGER NOT NULL,
    steering INTEGER NOT NULL,
    calls TEXT NOT NULL,
    PRIMARY KEY (source, target, type, key)
) WITHOUT ROWID;
INSERT INTO relationship
    SELECT iif(type = 'RELATED_TO' AND label <> '', 'before:' || key, key),
        source, target, type, label, confidence, former, steering, calls
    FROM relationship_before ORDER BY source, target, type;
DROP TABLE relationship_before;
CREATE INDEX relationship_backwards ON relationship (target, source, type);
