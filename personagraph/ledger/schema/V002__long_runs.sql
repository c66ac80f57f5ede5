-- How many steps of a run the store had when this was last written; the store itself is the authority.
ALTER TABLE run ADD COLUMN applied INTEGER NOT NULL DEFAULT 0;
UPDATE run SET applied = decided WHERE status = 'done';

-- The dead letter that a step asks again, as run.step; '' for any other step.
ALTER TABLE step ADD COLUMN retries TEXT NOT NULL DEFAULT '';
CREATE INDEX step_retries ON step (retries) WHERE retries != '';
DROP INDEX step_ask;

-- Verdicts are long rows, which fill the pages of a table with row numbers to the brim, and of one without by two thirds.
ALTER TABLE verdict RENAME TO verdict_before;
DROP INDEX verdict_persona;
CREATE TABLE verdict (
  run TEXT NOT NULL,
  step INTEGER NOT NULL,
  item INTEGER NOT NULL,
  call TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  persona TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (run, step, item)
);
INSERT INTO verdict SELECT * FROM verdict_before ORDER BY run, step, item;
DROP TABLE verdict_before;
CREATE INDEX verdict_persona ON verdict (persona);
CREATE INDEX verdict_dead ON verdict (run, step) WHERE outcome = 'dead';

-- What a run met on its way: sessions that began and ended, what a resumption found, changes of concurrency and why.
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX event_run ON event (run);

-- How far each step has come: planned, sent, replied, decided, applied, or dead.
CREATE VIEW step_state AS
  SELECT step.run, step.n, step.subject, step.prompt, CASE
    WHEN EXISTS (SELECT 1 FROM verdict WHERE verdict.run = step.run AND verdict.step = step.n AND outcome = 'dead')
      THEN 'dead'
    WHEN step.n < run.applied THEN 'applied'
    WHEN step.n < run.decided THEN 'decided'
    WHEN EXISTS (SELECT 1 FROM call WHERE call.key = step.call) THEN 'replied'
    WHEN EXISTS (SELECT 1 FROM attempt WHERE attempt.call = step.call) THEN 'sent'
    ELSE 'planned' END AS state
  FROM step JOIN run ON run.id = step.run
