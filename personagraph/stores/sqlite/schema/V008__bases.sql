-- On what grounds each attribute is known, such as "activity:words region:stated"; empty for all who are there.
ALTER TABLE persona ADD COLUMN bases TEXT NOT NULL DEFAULT '';
