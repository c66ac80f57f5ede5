-- What is true of the whole file: workspace (id), secret.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- One piece of work that changes the graph. decided = how many of its steps have verdicts, in order.
CREATE TABLE run (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  command TEXT NOT NULL,
  settings TEXT NOT NULL,
  limits TEXT NOT NULL,
  model TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  decided INTEGER NOT NULL DEFAULT 0,
  started TEXT NOT NULL,
  ended TEXT
);

-- What was planned. ask = hash of what is asked; call = key of the request (ask, and how often the run asked it before).
CREATE TABLE step (
  run TEXT NOT NULL,
  n INTEGER NOT NULL,
  subject TEXT NOT NULL,
  prompt TEXT NOT NULL,
  fields TEXT NOT NULL,
  context TEXT NOT NULL,
  steering INTEGER NOT NULL,
  ask TEXT NOT NULL,
  call TEXT NOT NULL,
  PRIMARY KEY (run, n)
) WITHOUT ROWID;
CREATE INDEX step_ask ON step (run, ask);
CREATE INDEX step_call ON step (call);

-- A reply that was paid for, as it came. Never changed, never bought again.
CREATE TABLE call (
  key TEXT PRIMARY KEY,
  prompt TEXT NOT NULL,
  model TEXT NOT NULL,
  run TEXT NOT NULL,
  step INTEGER NOT NULL,
  reply TEXT NOT NULL,
  finish TEXT NOT NULL,
  prompt_tokens INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  cost REAL NOT NULL,
  latency REAL NOT NULL,
  received TEXT NOT NULL
);
CREATE INDEX call_run ON call (run);

-- Every time a request left the process. outcome is NULL while nothing came back: such a call is uncertain.
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY,
  call TEXT NOT NULL,
  run TEXT NOT NULL,
  step INTEGER NOT NULL,
  sent TEXT NOT NULL,
  ended TEXT,
  outcome TEXT,
  error TEXT NOT NULL DEFAULT '',
  reserve REAL NOT NULL DEFAULT 0,
  cost REAL NOT NULL DEFAULT 0
);
CREATE INDEX attempt_call ON attempt (call);
CREATE INDEX attempt_run ON attempt (run);
CREATE INDEX attempt_uncertain ON attempt (run) WHERE outcome IS NULL;

-- What became of each item of a reply. call = the reply that was used.
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
) WITHOUT ROWID;
CREATE INDEX verdict_persona ON verdict (persona);

-- Accepted items that still hold; relationships and source links in the store are their projection.
CREATE TABLE assertion (
  run TEXT NOT NULL,
  step INTEGER NOT NULL,
  item INTEGER NOT NULL,
  call TEXT NOT NULL,
  ego TEXT NOT NULL,
  persona TEXT NOT NULL,
  alias TEXT NOT NULL,
  key TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  type TEXT NOT NULL,
  label TEXT NOT NULL,
  confidence REAL NOT NULL,
  former INTEGER NOT NULL,
  steering INTEGER NOT NULL,
  PRIMARY KEY (run, step, item)
) WITHOUT ROWID;
CREATE INDEX assertion_key ON assertion (key);
CREATE INDEX assertion_alias ON assertion (alias) WHERE alias != '';

-- Pairs that a person told us not to merge again: a description's id, and a persona's.
CREATE TABLE keep_apart (
  alias TEXT NOT NULL,
  persona TEXT NOT NULL,
  run TEXT NOT NULL,
  PRIMARY KEY (alias, persona)
) WITHOUT ROWID
