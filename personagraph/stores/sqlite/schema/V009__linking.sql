-- How it was found that two who were there are tied, and whether both ends say so; both empty for all that are there.
ALTER TABLE relationship ADD COLUMN via TEXT NOT NULL DEFAULT '';
ALTER TABLE relationship ADD COLUMN agreement TEXT NOT NULL DEFAULT '';
