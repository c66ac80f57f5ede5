-- What else the row said that a persona was imported from: an object in JSON, or empty.
ALTER TABLE persona ADD COLUMN fields TEXT NOT NULL DEFAULT '';
