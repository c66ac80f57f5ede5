-- How far the ledger was, at most: the numbers of its last run and of its last attempt.
ALTER TABLE workspace ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workspace ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
