-- Requests that were submitted to a provider together: attempts first to last, with the file that it was given, and what it
-- calls the batch; empty while that is not known, or no longer there. token is ours, by which a batch is found whose name
-- never arrived.
CREATE TABLE batch (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL,
  model TEXT NOT NULL,
  place TEXT NOT NULL,
  token TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  file TEXT NOT NULL,
  remote TEXT NOT NULL DEFAULT '',
  is_open INTEGER NOT NULL DEFAULT 1,
  outcome TEXT NOT NULL DEFAULT '',
  submitted TEXT NOT NULL,
  ended TEXT
);
CREATE INDEX batch_open ON batch (first, last) WHERE is_open
