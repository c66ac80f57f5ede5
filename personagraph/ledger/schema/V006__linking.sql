-- How it was found that two who were there are tied; empty for who was let in by it, or came from a file.
ALTER TABLE assertion ADD COLUMN via TEXT NOT NULL DEFAULT '';

-- The likeliest first tokens of a reply with the logarithms of their probabilities, an object in JSON; empty where they
-- were not asked for, or the server told none.
ALTER TABLE call ADD COLUMN tops TEXT NOT NULL DEFAULT '';
