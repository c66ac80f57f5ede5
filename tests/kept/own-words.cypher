CREATE CONSTRAINT `alias_key` FOR (n:`Alias`) REQUIRE (n.`key`) IS UNIQUE;

CREATE CONSTRAINT `cares_for_key` FOR ()-[r:`CARES_FOR`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `friend_of_key` FOR ()-[r:`FRIEND_OF`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `governs_key` FOR ()-[r:`GOVERNS`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `influences_key` FOR ()-[r:`INFLUENCES`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `kin_of_key` FOR ()-[r:`KIN_OF`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `manages_key` FOR ()-[r:`MANAGES`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `member_with_key` FOR ()-[r:`MEMBER_WITH`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `mentors_key` FOR ()-[r:`MENTORS`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `neighbour_of_key` FOR ()-[r:`NEIGHBOUR_OF`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `opposes_key` FOR ()-[r:`OPPOSES`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `parent_of_key` FOR ()-[r:`PARENT_OF`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `partner_of_key` FOR ()-[r:`PARTNER_OF`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `persona_id` FOR (n:`Persona`) REQUIRE (n.`id`) IS UNIQUE;

CREATE CONSTRAINT `personagraph_migration` FOR (n:`PersonagraphMigration`) REQUIRE (n.`version`) IS UNIQUE;

CREATE CONSTRAINT `personagraph_workspace` FOR (n:`PersonagraphWorkspace`) REQUIRE (n.`application`) IS UNIQUE;

CREATE CONSTRAINT `related_to_key` FOR ()-[r:`RELATED_TO`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `run_id` FOR (n:`Run`) REQUIRE (n.`id`) IS UNIQUE;

CREATE CONSTRAINT `sells_to_key` FOR ()-[r:`SELLS_TO`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `serves_key` FOR ()-[r:`SERVES`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `sibling_of_key` FOR ()-[r:`SIBLING_OF`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `source_id` FOR (n:`Source`) REQUIRE (n.`id`) IS UNIQUE;

CREATE CONSTRAINT `studies_with_key` FOR ()-[r:`STUDIES_WITH`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `teaches_key` FOR ()-[r:`TEACHES`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `treats_key` FOR ()-[r:`TREATS`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE CONSTRAINT `works_with_key` FOR ()-[r:`WORKS_WITH`]-() REQUIRE (r.`key`) IS UNIQUE;

CREATE RANGE INDEX `alias_description` FOR (n:`Alias`) ON (n.`alias`);

CREATE RANGE INDEX `persona_activity` FOR (n:`Persona`) ON (n.`activity`);

CREATE RANGE INDEX `persona_age` FOR (n:`Persona`) ON (n.`age`);

CREATE RANGE INDEX `persona_cell` FOR (n:`Persona`) ON (n.`activity`, n.`region`);

CREATE FULLTEXT INDEX `persona_description` FOR (n:`Persona`) ON EACH [n.`description`] OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words',`fulltext.eventually_consistent`: true}};

CREATE RANGE INDEX `persona_entry` FOR (n:`Persona`) ON (n.`entry`);

CREATE RANGE INDEX `persona_language` FOR (n:`Persona`) ON (n.`language`);

CREATE RANGE INDEX `persona_region` FOR (n:`Persona`) ON (n.`region`);

CREATE RANGE INDEX `persona_run` FOR (n:`Persona`) ON (n.`run`);

CREATE RANGE INDEX `persona_sex` FOR (n:`Persona`) ON (n.`sex`);

CREATE FULLTEXT INDEX `persona_words` FOR (n:`Persona`) ON EACH [n.`words`] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace',`fulltext.eventually_consistent`: false}};

CREATE RANGE INDEX `source_uri` FOR (n:`Source`) ON (n.`uri`);

UNWIND [
{activity: "unknown", age: "unknown", depth: 0, description: "A chess teacher from Peru who once beat a bishop in eleven moves", entry: 3, id: "3b6969b4b2a823350c2745daba4d1b32", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 13, words: "a chess teacher from peru who once beat a bishop in eleven moves"},
{activity: "unknown", age: "unknown", depth: 0, description: "A landlord from Poland who mends the clocks of his tenants for nothing", entry: 2, id: "da3cd9777f46d2974507dafb8eb0def1", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 13, words: "a landlord from poland who mends the clocks of his tenants for nothing"},
{activity: "unknown", age: "unknown", depth: 0, description: "A night porter from Ghana who writes letters to the editor about street lamps", entry: 1, id: "be235a34d1cb42e67f5316b6cbe8a5fa", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 14, words: "a night porter from ghana who writes letters to the editor about street lamps"},
{activity: "unknown", age: "unknown", depth: 0, description: "A retired harbour master from Portugal who keeps forty tame pigeons on her roof", entry: 0, id: "fa98cba963f49a3ef0fd15cda5d168de", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 14, words: "a retired harbour master from portugal who keeps forty tame pigeons on her roof"},
{activity: "unknown", age: "unknown", depth: 1, description: "A chess teacher from Peru who once gladly beat a bishop in eleven moves", entry: 4, id: "a6e4779d1f2f20fc9ff9ea7aa09d3b6b", language: "unknown", nature: "person", origin: "persona", region: "unknown", run: "r4", sex: "unknown", simulated: false, word_count: 14, words: "a chess teacher from peru who once gladly beat a bishop in eleven moves"}
] AS row
CREATE (n:Persona)
SET n = row;

UNWIND [
{checksum: "21024e9d781bc9a0fc8d6388ffecbe9f", name: "lookups", version: 4},
{checksum: "40bc79b3ed315f8b8e5d36a8c2cae269", name: "attributes", version: 2},
{checksum: "55238f49cb3ef76ef7b6d784d446bf0b", name: "captions", version: 3},
{checksum: "d1b2ab8952b5f209fe87884bbd1ca30f", name: "create", version: 1}
] AS row
CREATE (n:PersonagraphMigration)
SET n = row;

UNWIND [
{application: "personagraph", attempts: 5, id: "eca98e7542e9b086", name: "workspace eca98e7542e9b086", runs: 4}
] AS row
CREATE (n:PersonagraphWorkspace)
SET n = row;

UNWIND [
{applied: 1, id: "r4", name: "run r4"},
{applied: 2, id: "r1", name: "run r1"},
{applied: 2, id: "r2", name: "run r2"},
{applied: 4, id: "r3", name: "run r3"}
] AS row
CREATE (n:Run)
SET n = row;

UNWIND [
["be235a34d1cb42e67f5316b6cbe8a5fa", "da3cd9777f46d2974507dafb8eb0def1", {calls: [], confidence: 1.0, former: false, key: "f5e18f2573673c44d66003fc58b83caa", label: "", steering: 0}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:FRIEND_OF]->(b)
SET r = row[2];

UNWIND [
["3b6969b4b2a823350c2745daba4d1b32", "be235a34d1cb42e67f5316b6cbe8a5fa", {calls: ["5d98412f22e0292f03550c9fa4236e8a", "f5cd18a6bfe69134505ea8ab96bf0012"], confidence: 0.9, former: false, key: "08ed1f2e167094a086653758157e0274", label: "Once lent money to", steering: 0}],
["3b6969b4b2a823350c2745daba4d1b32", "da3cd9777f46d2974507dafb8eb0def1", {calls: ["f5cd18a6bfe69134505ea8ab96bf0012"], confidence: 0.3, former: false, key: "d8931e9d1f5565d6f088b2073c30d997", label: "buys stamps from", steering: 0}],
["3b6969b4b2a823350c2745daba4d1b32", "fa98cba963f49a3ef0fd15cda5d168de", {calls: [], confidence: 1.0, former: false, key: "acde0ac698b1cbc96f42a6cdf73ae8ea", label: "plays chess with", steering: 0}],
["a6e4779d1f2f20fc9ff9ea7aa09d3b6b", "fa98cba963f49a3ef0fd15cda5d168de", {calls: ["7d2ee9fc3f19a36d4e082b116dfefc99"], confidence: 0.4, former: false, key: "bc3e544aec6ea94d1f1b24b51386449a", label: "lends her ladder to", steering: 0}],
["be235a34d1cb42e67f5316b6cbe8a5fa", "da3cd9777f46d2974507dafb8eb0def1", {calls: [], confidence: 1.0, former: false, key: "0a811cf7f5ad04714f96a7804de97495", label: "", steering: 0}],
["be235a34d1cb42e67f5316b6cbe8a5fa", "fa98cba963f49a3ef0fd15cda5d168de", {calls: [], confidence: 1.0, former: false, key: "e57491fc1755ba83e6c8f480195e34d0", label: "reports to", steering: 0}],
["da3cd9777f46d2974507dafb8eb0def1", "fa98cba963f49a3ef0fd15cda5d168de", {calls: [], confidence: 1.0, former: false, key: "28db568a25cb766ebe655eb505e38cc8", label: "is the landlord of", steering: 0}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:RELATED_TO]->(b)
SET r = row[2];
