CREATE TABLE workspace (
    id TEXT NOT NULL
);

CREATE TABLE run (
    id TEXT PRIMARY KEY,
    applied INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE persona (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    depth INTEGER,
    entry INTEGER NOT NULL,
    origin TEXT NOT NULL,
    run TEXT NOT NULL,
    nature TEXT NOT NULL,
    activity TEXT NOT NULL,
    age TEXT NOT NULL,
    sex TEXT NOT NULL,
    region TEXT NOT NULL,
    language TEXT NOT NULL,
    simulated INTEGER NOT NULL,
    words TEXT NOT NULL,
    word_count INTEGER NOT NULL
);
CREATE INDEX persona_by_entry ON persona (entry, id);
CREATE INDEX persona_by_depth ON persona (depth);

-- Every character but the space belongs to a word: what a word is, personagraph.stores.words has decided.
CREATE VIRTUAL TABLE persona_words USING fts5(
    words, content='persona', content_rowid='number', detail='none',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* P* S* Co Cn' tokenchars '_'"
);
CREATE TRIGGER persona_inserted AFTER INSERT ON persona BEGIN
    INSERT INTO persona_words (rowid, words) VALUES (new.number, new.words);
END;
CREATE TRIGGER persona_deleted AFTER DELETE ON persona BEGIN
    INSERT INTO persona_words (persona_words, rowid, words) VALUES ('delete', old.number, old.words);
END;
CREATE TRIGGER persona_reworded AFTER UPDATE OF words ON persona WHEN old.words <> new.words BEGIN
    INSERT INTO persona_words (persona_words, rowid, words) VALUES ('delete', old.number, old.words);
    INSERT INTO persona_words (rowid, words) VALUES (new.number, new.words);
END;

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
    PRIMARY KEY (source, target, type)
) WITHOUT ROWID;
CREATE INDEX relationship_backwards ON relationship (target, source, type);

CREATE TABLE source (
    id TEXT PRIMARY KEY,
    uri TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    excerpt TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE source_link (
    source TEXT NOT NULL REFERENCES source (id),
    persona TEXT NOT NULL REFERENCES persona (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    calls TEXT NOT NULL,
    PRIMARY KEY (source, persona, type)
) WITHOUT ROWID;
CREATE INDEX source_link_by_persona ON source_link (persona, source, type);

CREATE TABLE merge (
    key TEXT PRIMARY KEY,
    alias TEXT NOT NULL,
    description TEXT NOT NULL,
    persona TEXT NOT NULL REFERENCES persona (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    score REAL NOT NULL,
    run TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX merge_by_persona ON merge (persona);
