// Cells of activity by region that have somebody, but at most `thin` people, each with the fullest cell beside it (the
// same activity elsewhere, or another activity in the same region): from whom growth could start.
// params: thin
// returns: activity, region, people, beside_activity, beside_region, beside_people
MATCH (p:Persona)
WHERE p.activity > '' AND p.activity <> 'unknown' AND p.region <> 'unknown'
WITH p.activity AS activity, p.region AS region, count(*) AS people
WITH collect({activity: activity, region: region, people: people}) AS cells
UNWIND [c IN cells WHERE c.people <= $thin] AS cell
UNWIND [c IN cells WHERE c.people > $thin AND (c.activity = cell.activity OR c.region = cell.region)] AS beside
WITH cell, beside
ORDER BY beside.people DESC, beside.activity, beside.region
WITH cell, collect(beside)[0] AS beside
RETURN cell.activity AS activity, cell.region AS region, cell.people AS people,
       beside.activity AS beside_activity, beside.region AS beside_region, beside.people AS beside_people
ORDER BY people, activity, region;
