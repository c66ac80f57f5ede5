-- What fits no type was RELATED_TO, in the order of the ids: said in own words, it is now TIED_TO, from the ego to the
-- other, and the words are part of the key. It is so where it is known which way round it was said: of what a model said,
-- and of an import that has ties of a directed type, and none that was turned down since the network has no direction. An
-- import of before did not record --undirected; so those of other imports, and what was taken over from a graph (steps
-- below 0), stay RELATED_TO, with the words in the key: a direction that is missing says less, a wrong one is false. A key
-- that is a hash cannot be told in SQL: it is left empty here, and entered in the same transaction (`complete_keys`).
CREATE TABLE with_direction AS
  SELECT id AS run FROM run WHERE command <> 'import-graph'
  UNION
  SELECT run FROM verdict
  WHERE run IN (SELECT id FROM run WHERE command = 'import-graph') AND outcome = 'linked'
    AND CASE WHEN json_valid(detail) THEN json_extract(detail, '$.link.type') IN (
      'PARENT_OF', 'MANAGES', 'TEACHES', 'MENTORS', 'TREATS', 'CARES_FOR', 'SERVES', 'SELLS_TO', 'GOVERNS', 'OPPOSES',
      'INFLUENCES') END
  EXCEPT
  SELECT run FROM verdict
  WHERE outcome = 'rejected' AND reason = 'malformed' AND detail LIKE '%has a direction, and the network has none:%';

UPDATE verdict SET detail = json_set(detail, '$.link.type', 'TIED_TO')
  WHERE step >= 0 AND run IN (SELECT run FROM with_direction) AND detail LIKE '%"RELATED_TO"%'
    AND CASE WHEN json_valid(detail) THEN
      json_extract(detail, '$.link.type') = 'RELATED_TO' AND json_extract(detail, '$.link.label') <> '' END;
UPDATE verdict SET detail = json_set(detail, '$.moved', json((
    SELECT json_group_array(json(CASE
      WHEN json_extract(value, '$.type') <> 'RELATED_TO' OR json_extract(value, '$.label') = '' THEN value
      WHEN json_extract(value, '$.step') < 0
        OR json_extract(value, '$.run') NOT IN (SELECT run FROM with_direction) THEN json_set(value, '$.key', '')
      ELSE json_set(value, '$.key', '', '$.type', 'TIED_TO', '$.source', json_extract(value, '$.ego'),
        '$.target', json_extract(value, '$.persona'))
    END)) FROM json_each(verdict.detail, '$.moved'))))
  WHERE outcome = 'undone' AND detail LIKE '%"RELATED_TO"%' AND json_valid(detail);

UPDATE assertion SET key = '' WHERE type = 'RELATED_TO' AND label <> '';
UPDATE assertion SET type = 'TIED_TO', source = ego, target = persona
  WHERE key = '' AND step >= 0 AND run IN (SELECT run FROM with_direction);
DROP TABLE with_direction
