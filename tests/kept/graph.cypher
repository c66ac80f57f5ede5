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
{alias: "033e3311bf4563f88c0bbdf7fc3f14b9", description: "A court clerk from Kenya who gladly collects proverbs about rain from five valleys and prints them on cloth", key: "r1.0.8", method: "jaccard", run: "r1", score: 0.9444444444444444},
{alias: "0700c7d225b954fe49f92cf3047ece4f", description: "A laboratory technician from São Tomé who gladly writes long letters to newspapers about noise, lamps and empty benches", key: "r11.3.0", method: "jaccard", run: "r11", score: 0.9473684210526315},
{alias: "aab23189633974f63d3fd0357c12f229", description: "A tailor from Ghana who trains young rowers before sunrise, whatever the river looks like", key: "r11.3.1", method: "jaccard", run: "r11", score: 0.9375},
{alias: "c70b98823b11124aad147f8c3e98cb82", description: "A ferry pilot from Peru who gladly mends broken radios on Sundays, and listens to “distant” stations until dawn", key: "r11.2.0", method: "jaccard", run: "r11", score: 0.9473684210526315},
{alias: "d503435c562894e5ad5cbde24340132b", description: "A street musician from Peru who gladly grows 40 kinds of chilli on a roof above the market hall", key: "r8.0.1", method: "jaccard", run: "r8", score: 0.9444444444444444}
] AS row
CREATE (n:Alias)
SET n = row;

UNWIND [
{activity: "agriculture", age: "25-44", depth: 1, description: "A beekeeper from Vietnam who writes long letters to newspapers about noise, lamps and empty benches", entry: 19, id: "9ba50d491275a462cb2c4bca3e778ad8", language: "vi", nature: "person", origin: "persona", region: "southeast_asia", run: "r3", sex: "male", simulated: false, word_count: 16, words: "a beekeeper from vietnam who writes long letters to newspapers about noise lamps and empty benches"},
{activity: "agriculture", age: "45-64", depth: 1, description: "A goat herder from Japan who plays chess by post with opponents on three continents", entry: 36, id: "aee2c1ac123415248b97377dbe6ea42d", language: "ja", nature: "person", origin: "persona", region: "east_asia", run: "r11", sex: "female", simulated: false, word_count: 15, words: "a goat herder from japan who plays chess by post with opponents on three continents"},
{activity: "agriculture", age: "unknown", depth: 0, description: "A beekeeper from Japan who grows 40 kinds of chilli on a roof above the market hall", entry: 16, id: "d95b83e38a232b06065e982868731002", language: "ja", nature: "person", origin: "text", region: "east_asia", run: "r2", sex: "female", simulated: false, word_count: 17, words: "a beekeeper from japan who grows 40 kinds of chilli on a roof above the market hall"},
{activity: "agriculture", age: "unknown", depth: 0, description: "A goat herder from Poland who draws maps of footpaths that no official atlas has ever shown", entry: 15, id: "2d43616531a9a05b5b69fd44e2af5259", language: "pl", nature: "person", origin: "text", region: "eastern_europe", run: "r2", sex: "unknown", simulated: false, word_count: 17, words: "a goat herder from poland who draws maps of footpaths that no official atlas has ever shown"},
{activity: "agriculture", age: "unknown", depth: 1, description: "A goat herder from Poland who gladly draws maps of footpaths that no official atlas has ever shown", entry: 31, id: "c3a6dfbab6aacfdef386287c299af20b", language: "pl", nature: "person", origin: "persona", region: "eastern_europe", run: "r9", sex: "unknown", simulated: false, word_count: 18, words: "a goat herder from poland who gladly draws maps of footpaths that no official atlas has ever shown"},
{activity: "armed_forces", age: "45-64", depth: 2, description: "A 51-year-old infantry soldier from Cameroon who repairs old clocks in a railway town", entry: 34, id: "b20059869cbbc035269d04015ff21890", language: "unknown", nature: "person", origin: "persona", region: "west_central_africa", run: "r10", sex: "unknown", simulated: false, word_count: 16, words: "a 51 year old infantry soldier from cameroon who repairs old clocks in a railway town"},
{activity: "clerks", age: "25-44", depth: 1, description: "A court clerk from Peru who gladly writes long letters to newspapers about noise, lamps and empty benches", entry: 20, id: "d65cfc51459e45a40572d92b7f2751b3", language: "es", nature: "person", origin: "persona", region: "latin_america", run: "r3", sex: "unknown", simulated: false, word_count: 18, words: "a court clerk from peru who gladly writes long letters to newspapers about noise lamps and empty benches"},
{activity: "craft", age: "25-44", depth: 1, description: "A tailor from Peru who keeps a diary of every storm since 1987 and reads it aloud at weddings", entry: 35, id: "e03176d05c0e3e5bad0f89aa5b69fa2d", language: "es", nature: "person", origin: "persona", region: "latin_america", run: "r11", sex: "female", simulated: false, word_count: 19, words: "a tailor from peru who keeps a diary of every storm since 1987 and reads it aloud at weddings"},
{activity: "craft", age: "45-64", depth: 0, description: "A tailor from Kenya who plays chess by post with opponents on three continents", entry: 13, id: "2a380e9af1724b8b8d7018833763e691", language: "sw", nature: "person", origin: "text", region: "east_southern_africa", run: "r2", sex: "male", simulated: false, word_count: 14, words: "a tailor from kenya who plays chess by post with opponents on three continents"},
{activity: "craft", age: "unknown", depth: 1, description: "A tailor from Ghana who gladly trains young rowers before sunrise, whatever the river looks like", entry: 17, id: "7277795cce7e1ec3d356efa7c8da80f8", language: "en", nature: "person", origin: "persona", region: "west_central_africa", run: "r3", sex: "unknown", simulated: false, word_count: 16, words: "a tailor from ghana who gladly trains young rowers before sunrise whatever the river looks like"},
{activity: "elementary", age: "25-44", depth: 0, description: "A window cleaner from Ghana who bakes flat bread for strangers while the night trains are late", entry: 7, id: "0c288db5416e578ffee48519718b2c35", language: "en", nature: "person", origin: "text", region: "west_central_africa", run: "r2", sex: "male", simulated: false, word_count: 17, words: "a window cleaner from ghana who bakes flat bread for strangers while the night trains are late"},
{activity: "elementary", age: "25-44", depth: 1, description: "A 42-year-old office cleaner from Iraq who repairs old clocks in a railway town", entry: 33, id: "06876e3693247ba8bcda6e528357d79f", language: "unknown", nature: "person", origin: "persona", region: "west_asia", run: "r10", sex: "unknown", simulated: false, word_count: 16, words: "a 42 year old office cleaner from iraq who repairs old clocks in a railway town"},
{activity: "elementary", age: "45-64", depth: 0, description: "A window cleaner from Peru who plays chess by post with opponents on three continents", entry: 10, id: "f54f3358e6ba8e60fada547935cedb76", language: "es", nature: "person", origin: "text", region: "latin_america", run: "r2", sex: "unknown", simulated: false, word_count: 15, words: "a window cleaner from peru who plays chess by post with opponents on three continents"},
{activity: "elementary", age: "45-64", depth: 1, description: "A window cleaner from Poland who mends broken radios on Sundays, and listens to “distant” stations until dawn", entry: 30, id: "bbde9f38965cbd395e68fc994088f743", language: "pl", nature: "person", origin: "persona", region: "eastern_europe", run: "r8", sex: "unknown", simulated: false, word_count: 18, words: "a window cleaner from poland who mends broken radios on sundays and listens to distant stations until dawn"},
{activity: "managers", age: "45-64", depth: 1, description: "A hotel manager from Vietnam who gladly collects proverbs about rain from five valleys and prints them on cloth", entry: 37, id: "9ee21836838ce324a432c78df797f7aa", language: "vi", nature: "person", origin: "persona", region: "southeast_asia", run: "r11", sex: "female", simulated: false, word_count: 19, words: "a hotel manager from vietnam who gladly collects proverbs about rain from five valleys and prints them on cloth"},
{activity: "operators", age: "45-64", depth: 0, description: "A ferry pilot from São Tomé who plays chess by post with opponents on three continents", entry: 11, id: "ddcb9eeaf30ef229e8b23780909ec255", language: "pt", nature: "person", origin: "text", region: "west_central_africa", run: "r2", sex: "unknown", simulated: false, word_count: 16, words: "a ferry pilot from sao tome who plays chess by post with opponents on three continents"},
{activity: "operators", age: "unknown", depth: 1, description: "A ferry pilot from Japan who trains young rowers before sunrise, whatever the river looks like", entry: 21, id: "f86e02b409eab35a6f325595f0793579", language: "ja", nature: "person", origin: "persona", region: "east_asia", run: "r3", sex: "unknown", simulated: false, word_count: 16, words: "a ferry pilot from japan who trains young rowers before sunrise whatever the river looks like"},
{activity: "professionals", age: "25-44", depth: 0, description: "A street musician from Japan who bakes flat bread for strangers while the night trains are late", entry: 9, id: "c7a8fe35b02be97939d3dbb8ff2eeb75", language: "ja", nature: "person", origin: "text", region: "east_asia", run: "r2", sex: "unknown", simulated: false, word_count: 17, words: "a street musician from japan who bakes flat bread for strangers while the night trains are late"},
{activity: "professionals", age: "45-64", depth: 1, description: "A street musician from Vietnam who mends broken radios on Sundays, and listens to “distant” stations until dawn", entry: 23, id: "180253343f3fc2c5885f7f99824e71b9", language: "vi", nature: "person", origin: "persona", region: "southeast_asia", run: "r3", sex: "unknown", simulated: false, word_count: 18, words: "a street musician from vietnam who mends broken radios on sundays and listens to distant stations until dawn"},
{activity: "professionals", age: "unknown", depth: 1, description: "A street musician from Peru who grows 40 kinds of chilli on a roof above the market hall", entry: 18, id: "7e8d97920c898b28c23d7dcd04ef4500", language: "es", nature: "person", origin: "persona", region: "latin_america", run: "r3", sex: "female", simulated: false, word_count: 18, words: "a street musician from peru who grows 40 kinds of chilli on a roof above the market hall"},
{activity: "service", age: "25-44", depth: 0, description: "A fish trader from Ghana who writes long letters to newspapers about noise, lamps and empty benches", entry: 12, id: "4429dd917dbae9ef08cf11c33c8809d2", language: "en", nature: "person", origin: "text", region: "west_central_africa", run: "r2", sex: "unknown", simulated: false, word_count: 17, words: "a fish trader from ghana who writes long letters to newspapers about noise lamps and empty benches"},
{activity: "service", age: "25-44", depth: 0, description: "A fish trader from Japan who keeps a diary of every storm since 1987 and reads it aloud at weddings", entry: 8, id: "521dff2708d44ec6f6ffe90d02e674cc", language: "ja", nature: "person", origin: "text", region: "east_asia", run: "r2", sex: "male", simulated: false, word_count: 20, words: "a fish trader from japan who keeps a diary of every storm since 1987 and reads it aloud at weddings"},
{activity: "service", age: "25-44", depth: 1, description: "A 38-year-old shopkeeper from Afghanistan who repairs old clocks in a small harbour", entry: 32, id: "86cdf8b1586457c0d957b09a509cf53b", language: "unknown", nature: "person", origin: "persona", region: "south_asia", run: "r10", sex: "unknown", simulated: false, word_count: 15, words: "a 38 year old shopkeeper from afghanistan who repairs old clocks in a small harbour"},
{activity: "service", age: "45-64", depth: 1, description: "A fish trader from Poland who collects proverbs about rain from five valleys and prints them on cloth", entry: 22, id: "025b52b0b022f130af27df8b2b815227", language: "pl", nature: "person", origin: "persona", region: "eastern_europe", run: "r3", sex: "unknown", simulated: false, word_count: 18, words: "a fish trader from poland who collects proverbs about rain from five valleys and prints them on cloth"},
{activity: "technicians", age: "25-44", depth: 0, description: "A laboratory technician from Kenya who bakes flat bread for strangers while the night trains are late", entry: 14, id: "131d21efa78776cecb68605007f4ca98", language: "sw", nature: "person", origin: "text", region: "east_southern_africa", run: "r2", sex: "unknown", simulated: false, word_count: 17, words: "a laboratory technician from kenya who bakes flat bread for strangers while the night trains are late"},
{activity: "unknown", age: "unknown", depth: 0, description: "A beekeeper from Ghana who keeps a diary of every storm since 1987 and reads it aloud at weddings", entry: 0, id: "716ebe6d22426f3533f64528d983d1b6", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 19, words: "a beekeeper from ghana who keeps a diary of every storm since 1987 and reads it aloud at weddings"},
{activity: "unknown", age: "unknown", depth: 0, description: "A court clerk from Kenya who collects proverbs about rain from five valleys and prints them on cloth", entry: 4, id: "51974772916933c0a41707f1449383ce", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 18, words: "a court clerk from kenya who collects proverbs about rain from five valleys and prints them on cloth"},
{activity: "unknown", age: "unknown", depth: 0, description: "A ferry pilot from Peru who mends broken radios on Sundays, and listens to “distant” stations until dawn", entry: 1, id: "785cf599646a0c40d00afe28997edc93", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 18, words: "a ferry pilot from peru who mends broken radios on sundays and listens to distant stations until dawn"},
{activity: "unknown", age: "unknown", depth: 0, description: "A goat herder from Vietnam who trains young rowers before sunrise, whatever the river looks like", entry: 5, id: "58e7298e1c1f64d2f409e0e9bf9a2f3a", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 16, words: "a goat herder from vietnam who trains young rowers before sunrise whatever the river looks like"},
{activity: "unknown", age: "unknown", depth: 0, description: "A laboratory technician from São Tomé who writes long letters to newspapers about noise, lamps and empty benches", entry: 6, id: "cd45d8237de3ffd399dbec5a83195f41", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 18, words: "a laboratory technician from sao tome who writes long letters to newspapers about noise lamps and empty benches"},
{activity: "unknown", age: "unknown", depth: 0, description: "A school librarian from Japan who draws maps of footpaths that no official atlas has ever shown", entry: 2, id: "d40fd8600b19cb455f38862b5f266121", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 17, words: "a school librarian from japan who draws maps of footpaths that no official atlas has ever shown"},
{activity: "unknown", age: "unknown", depth: 0, description: "A tailor from Poland who bakes flat bread for strangers while the night trains are late", entry: 3, id: "8703e8412d5043c67f5255671b99878f", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r1", sex: "unknown", simulated: false, word_count: 16, words: "a tailor from poland who bakes flat bread for strangers while the night trains are late"},
{activity: "unknown", age: "unknown", depth: 0, description: "Bartosz of boat 2, a member of the rowing club who rows on Thursdays", entry: 25, id: "8d5c0b2642fb2bcefe2e761925c2f889", language: "unknown", nature: "person", origin: "import", region: "eastern_europe", run: "r7", sex: "male", simulated: false, word_count: 14, words: "bartosz of boat 2 a member of the rowing club who rows on thursdays"},
{activity: "unknown", age: "unknown", depth: 0, description: "Chidi of boat 3, a member of the rowing club who rows on Thursdays", entry: 26, id: "7f66e5433b9e3c1a57ba3e058c53bf18", language: "unknown", nature: "person", origin: "import", region: "unknown", run: "r7", sex: "male", simulated: false, word_count: 14, words: "chidi of boat 3 a member of the rowing club who rows on thursdays"},
{activity: "unknown", age: "unknown", depth: 0, description: "Dolores of boat 4, a member of the rowing club who rows on Thursdays", entry: 27, id: "e3a1cd99427e4590677f39f081bec785", language: "unknown", nature: "person", origin: "import", region: "latin_america", run: "r7", sex: "female", simulated: false, word_count: 14, words: "dolores of boat 4 a member of the rowing club who rows on thursdays"},
{activity: "unknown", age: "unknown", depth: 0, description: "Emi of boat 5, a member of the rowing club who rows on Thursdays", entry: 28, id: "3bf5f2d4fb9a90f935fa413047e3f06b", language: "unknown", nature: "person", origin: "import", region: "east_asia", run: "r7", sex: "female", simulated: false, word_count: 14, words: "emi of boat 5 a member of the rowing club who rows on thursdays"},
{activity: "unknown", age: "unknown", depth: 0, description: "Farid of boat 6, a member of the rowing club who rows on Thursdays", entry: 29, id: "1bff93531b4fa45ebe4439c91071ec06", language: "unknown", nature: "person", origin: "import", region: "north_africa", run: "r7", sex: "unknown", simulated: false, word_count: 14, words: "farid of boat 6 a member of the rowing club who rows on thursdays"},
{activity: "unknown", age: "unknown", depth: 0, description: "Zoë of boat 1, a member of the rowing club who rows on Thursdays", entry: 24, id: "85b4234f2d142383efdc0c3a94eebb78", language: "unknown", nature: "person", origin: "import", region: "east_southern_africa", run: "r7", sex: "female", simulated: false, word_count: 14, words: "zoe of boat 1 a member of the rowing club who rows on thursdays"}
] AS row
CREATE (n:Persona)
SET n = row;

UNWIND [
{checksum: "40bc79b3ed315f8b8e5d36a8c2cae269", name: "attributes", version: 2},
{checksum: "55238f49cb3ef76ef7b6d784d446bf0b", name: "captions", version: 3},
{checksum: "d1b2ab8952b5f209fe87884bbd1ca30f", name: "create", version: 1}
] AS row
CREATE (n:PersonagraphMigration)
SET n = row;

UNWIND [
{application: "personagraph", id: "94655be023f255db", name: "workspace 94655be023f255db"}
] AS row
CREATE (n:PersonagraphWorkspace)
SET n = row;

UNWIND [
{applied: 1, id: "r1", name: "run r1"},
{applied: 1, id: "r8", name: "run r8"},
{applied: 1, id: "r9", name: "run r9"},
{applied: 12, id: "r3", name: "run r3"},
{applied: 2, id: "r7", name: "run r7"},
{applied: 3, id: "r5", name: "run r5"},
{applied: 3, id: "r6", name: "run r6"},
{applied: 4, id: "r10", name: "run r10"},
{applied: 6, id: "r2", name: "run r2"},
{applied: 6, id: "r4", name: "run r4"},
{applied: 8, id: "r11", name: "run r11"}
] AS row
CREATE (n:Run)
SET n = row;

UNWIND [
{excerpt: "A note Too short.", id: "b5f65f465fae441d7908ad24da8126c5", name: "note.txt", sha256: "4a7c625215a81e5f5ea5b0deb1cf80ba5e044f19db8a6fbfa403a773e0dbc889", uri: "inputs/texts/note.txt"},
{excerpt: "Bees in the rain When it rains for a week, feed the hives at dusk. The old keepers of the valley say that a wet May fills the barn, and they have written down forty of them.", id: "2cabf1596ada0504ab2737d7c3e3e001", name: "bees.md", sha256: "6e949a8df113f092bbf854d30cc4d934c812d1cb9c20a97dfb6436b8e6b889f9", uri: "inputs/texts/bees.md"},
{excerpt: "The harbour office will be closed from Monday. Who needs ice for the market asks at the ferry, before the evening tide.", id: "c0e0bfc97895282247be9b05c8321885", name: "harbour.txt", sha256: "7f2e53b25d8965895179dfa3cb6162fffd2d924f6a6bcf9b46f8401494d1d42f", uri: "inputs/texts/harbour.txt"}
] AS row
CREATE (n:Source)
SET n = row;

UNWIND [
["r1.0.8", "51974772916933c0a41707f1449383ce", {}],
["r11.2.0", "785cf599646a0c40d00afe28997edc93", {}],
["r11.3.0", "cd45d8237de3ffd399dbec5a83195f41", {}],
["r11.3.1", "7277795cce7e1ec3d356efa7c8da80f8", {}],
["r8.0.1", "7e8d97920c898b28c23d7dcd04ef4500", {}]
] AS row
MATCH (a:Alias {key: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:MERGED_INTO]->(b)
SET r = row[2];

UNWIND [
["025b52b0b022f130af27df8b2b815227", "b20059869cbbc035269d04015ff21890", {calls: ["9d4d08a06e2fd16ceb030e0d2d733d81"], confidence: 0.5, former: false, key: "7a9ec2e3ffd5b6afb9832e467790f039", label: "friend of", steering: 2}],
["06876e3693247ba8bcda6e528357d79f", "c7a8fe35b02be97939d3dbb8ff2eeb75", {calls: ["5ffa9009d6786f05eb533ef1846cff98"], confidence: 0.5, former: false, key: "d9a9a3292dd222f8a1a5e772736660f6", label: "friend of", steering: 2}],
["1bff93531b4fa45ebe4439c91071ec06", "86cdf8b1586457c0d957b09a509cf53b", {calls: ["399bff600b9d3783e8e2d2cdd32b8e8b"], confidence: 0.5, former: false, key: "e9c2b3363982dbe03724d7d8a93c6eb4", label: "friend of", steering: 2}],
["2a380e9af1724b8b8d7018833763e691", "c7a8fe35b02be97939d3dbb8ff2eeb75", {calls: ["ffef96056b2171bde1a73c85f922d661"], confidence: 0.2, former: false, key: "0881dfc4989418d89e9260bfe4b4633e", label: "friend of", steering: 0}],
["2a380e9af1724b8b8d7018833763e691", "d95b83e38a232b06065e982868731002", {calls: ["3a84078ef91c1ff989f1530196145112"], confidence: 0.7, former: false, key: "aa0d2ac450240830c9df7fcf00fa8b06", label: "friend of", steering: 0}],
["3bf5f2d4fb9a90f935fa413047e3f06b", "e3a1cd99427e4590677f39f081bec785", {calls: [], confidence: 0.7, former: false, key: "ab8f36306288cab237144c0773ac904a", label: "", steering: 0}],
["51974772916933c0a41707f1449383ce", "c7a8fe35b02be97939d3dbb8ff2eeb75", {calls: ["f1466e55c207a4eced9e796ab315b0c5"], confidence: 0.8, former: false, key: "df568e36b2264bb084cecb38fec879d3", label: "friend of", steering: 0}],
["58e7298e1c1f64d2f409e0e9bf9a2f3a", "9ba50d491275a462cb2c4bca3e778ad8", {calls: ["af727a552a0426b2a0b7cc15435d4e10"], confidence: 0.6, former: false, key: "bc7bc3aff7c424e7ffd68038aed17672", label: "friend of", steering: 0}],
["7277795cce7e1ec3d356efa7c8da80f8", "d40fd8600b19cb455f38862b5f266121", {calls: ["aee23b186d0f854d03b95453b0c1850a"], confidence: 0.7, former: false, key: "8c13b6d5fd303fd7418d02754cf11e3c", label: "friend of", steering: 0}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:FRIEND_OF]->(b)
SET r = row[2];

UNWIND [
["025b52b0b022f130af27df8b2b815227", "0c288db5416e578ffee48519718b2c35", {calls: ["acc5b5503ce11a3675221930d2f182ce"], confidence: 0.5, former: false, key: "71e753c1e084cec9be517e471f53a771", label: "admires", steering: 0}],
["aee2c1ac123415248b97377dbe6ea42d", "131d21efa78776cecb68605007f4ca98", {calls: ["0c93e9ba6dfba7b1a0cb4d05e389c3e7"], confidence: 0.7, former: true, key: "0bc82a2eb125fa457897cc11bbdade36", label: "admires", steering: 0}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:INFLUENCES]->(b)
SET r = row[2];

UNWIND [
["2a380e9af1724b8b8d7018833763e691", "c0e0bfc97895282247be9b05c8321885", {calls: ["e27772d0d99fb1aebd1201cf5362ab46"]}],
["8703e8412d5043c67f5255671b99878f", "c0e0bfc97895282247be9b05c8321885", {calls: ["e27772d0d99fb1aebd1201cf5362ab46"]}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Source {id: row[1]})
CREATE (a)-[r:LIKELY_TO_DISLIKE]->(b)
SET r = row[2];

UNWIND [
["4429dd917dbae9ef08cf11c33c8809d2", "c0e0bfc97895282247be9b05c8321885", {calls: ["8c5ea63561439b4d27ba0c876a699010"]}],
["8703e8412d5043c67f5255671b99878f", "c0e0bfc97895282247be9b05c8321885", {calls: ["8c5ea63561439b4d27ba0c876a699010"]}],
["ddcb9eeaf30ef229e8b23780909ec255", "c0e0bfc97895282247be9b05c8321885", {calls: ["8c5ea63561439b4d27ba0c876a699010"]}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Source {id: row[1]})
CREATE (a)-[r:LIKELY_TO_LIKE]->(b)
SET r = row[2];

UNWIND [
["0c288db5416e578ffee48519718b2c35", "2cabf1596ada0504ab2737d7c3e3e001", {calls: ["95fc2f7d9d8f89f9e41f6c8d89066f83"]}],
["131d21efa78776cecb68605007f4ca98", "b5f65f465fae441d7908ad24da8126c5", {calls: ["a29f593425623c78f28605024f685040"]}],
["2d43616531a9a05b5b69fd44e2af5259", "b5f65f465fae441d7908ad24da8126c5", {calls: ["a29f593425623c78f28605024f685040"]}],
["521dff2708d44ec6f6ffe90d02e674cc", "2cabf1596ada0504ab2737d7c3e3e001", {calls: ["95fc2f7d9d8f89f9e41f6c8d89066f83"]}],
["8703e8412d5043c67f5255671b99878f", "2cabf1596ada0504ab2737d7c3e3e001", {calls: ["95fc2f7d9d8f89f9e41f6c8d89066f83"]}],
["8703e8412d5043c67f5255671b99878f", "b5f65f465fae441d7908ad24da8126c5", {calls: ["a29f593425623c78f28605024f685040"]}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Source {id: row[1]})
CREATE (a)-[r:LIKELY_TO_READ]->(b)
SET r = row[2];

UNWIND [
["4429dd917dbae9ef08cf11c33c8809d2", "b5f65f465fae441d7908ad24da8126c5", {calls: ["d9b953f817275cc3f393838693bed022"]}],
["8703e8412d5043c67f5255671b99878f", "2cabf1596ada0504ab2737d7c3e3e001", {calls: ["4cfce84fc55048266f6719d6155a7926"]}],
["8703e8412d5043c67f5255671b99878f", "b5f65f465fae441d7908ad24da8126c5", {calls: ["d9b953f817275cc3f393838693bed022"]}],
["c7a8fe35b02be97939d3dbb8ff2eeb75", "2cabf1596ada0504ab2737d7c3e3e001", {calls: ["4cfce84fc55048266f6719d6155a7926"]}],
["d95b83e38a232b06065e982868731002", "b5f65f465fae441d7908ad24da8126c5", {calls: ["d9b953f817275cc3f393838693bed022"]}],
["f54f3358e6ba8e60fada547935cedb76", "2cabf1596ada0504ab2737d7c3e3e001", {calls: ["4cfce84fc55048266f6719d6155a7926"]}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Source {id: row[1]})
CREATE (a)-[r:LIKELY_TO_WRITE]->(b)
SET r = row[2];

UNWIND [
["0c288db5416e578ffee48519718b2c35", "f86e02b409eab35a6f325595f0793579", {calls: ["acc5b5503ce11a3675221930d2f182ce"], confidence: 0.5, former: false, key: "c091e47afd1efb710e225e78757f8338", label: "lives near", steering: 0}],
["2a380e9af1724b8b8d7018833763e691", "9ba50d491275a462cb2c4bca3e778ad8", {calls: ["7e240333b09ac6f5ee099c4c75582b10"], confidence: 0.2, former: false, key: "77911314fb5810ce4523476894f55740", label: "lives near", steering: 0}],
["2d43616531a9a05b5b69fd44e2af5259", "7277795cce7e1ec3d356efa7c8da80f8", {calls: ["7869fb29eaba3aad6271f21b451c28d6"], confidence: 0.8, former: false, key: "75aff0f5b8a759167cd0b509b1ed27c7", label: "lives near", steering: 0}],
["2d43616531a9a05b5b69fd44e2af5259", "cd45d8237de3ffd399dbec5a83195f41", {calls: ["7869fb29eaba3aad6271f21b451c28d6"], confidence: 0.2, former: false, key: "70478a7adbd196c9ec5c7a747c731aea", label: "lives near", steering: 0}],
["4429dd917dbae9ef08cf11c33c8809d2", "785cf599646a0c40d00afe28997edc93", {calls: ["6a3555fa8fcfdb9f28b7c4d041ecd460"], confidence: 0.7, former: false, key: "1a65140d7817cfee1ef213ac583aad34", label: "lives near", steering: 0}],
["58e7298e1c1f64d2f409e0e9bf9a2f3a", "785cf599646a0c40d00afe28997edc93", {calls: ["58c7ac68104a8ec7f216ecc5a21b36af"], confidence: 0.4, former: true, key: "8ad3ba698b7166c544887310114b4610", label: "lives near", steering: 0}],
["785cf599646a0c40d00afe28997edc93", "d95b83e38a232b06065e982868731002", {calls: ["58c7ac68104a8ec7f216ecc5a21b36af"], confidence: 0.8, former: false, key: "74c31ed6afe1c25ebf58453b5c843b1a", label: "lives near", steering: 0}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:NEIGHBOUR_OF]->(b)
SET r = row[2];

UNWIND [
["025b52b0b022f130af27df8b2b815227", "2a380e9af1724b8b8d7018833763e691", {calls: ["7e240333b09ac6f5ee099c4c75582b10"], confidence: 0.9, former: false, key: "c6ee8856ed06b09ce100e1eb3eeb9b3a", label: "once shared a boat with", steering: 0}],
["1bff93531b4fa45ebe4439c91071ec06", "e3a1cd99427e4590677f39f081bec785", {calls: [], confidence: 1.0, former: false, key: "7bd3a1e1c6e4672a85aeb7f4eeba168d", label: "lends oars to", steering: 0}],
["716ebe6d22426f3533f64528d983d1b6", "7277795cce7e1ec3d356efa7c8da80f8", {calls: ["1adffd2e2e2e84eba41311780654505a"], confidence: 0.2, former: true, key: "20f3c08a728c94ce20399d059f21d95f", label: "pije kawę z", steering: 0}],
["7f66e5433b9e3c1a57ba3e058c53bf18", "8d5c0b2642fb2bcefe2e761925c2f889", {calls: [], confidence: 0.5, former: false, key: "c028c87f0f5db6aaaa47c44877c237b3", label: "rows behind", steering: 0}],
["7f66e5433b9e3c1a57ba3e058c53bf18", "e3a1cd99427e4590677f39f081bec785", {calls: [], confidence: 0.25, former: true, key: "f2341500fe339d1a788c492217744517", label: "rows behind", steering: 0}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:RELATED_TO]->(b)
SET r = row[2];

UNWIND [
["131d21efa78776cecb68605007f4ca98", "025b52b0b022f130af27df8b2b815227", {calls: ["0c93e9ba6dfba7b1a0cb4d05e389c3e7"], confidence: 0.6, former: true, key: "53272c8b35562f6482c771ef58f3e9c6", label: "sells to", steering: 0}],
["51974772916933c0a41707f1449383ce", "7e8d97920c898b28c23d7dcd04ef4500", {calls: ["f1466e55c207a4eced9e796ab315b0c5"], confidence: 0.6, former: false, key: "22e22a175e0438ef807796a1a220a3b4", label: "sells to", steering: 0}],
["521dff2708d44ec6f6ffe90d02e674cc", "d40fd8600b19cb455f38862b5f266121", {calls: ["6e4bf7930a86cda3fd7bf975b9ad3c8c"], confidence: 0.7, former: true, key: "babb4c4307f600d5ff02e4365a84c889", label: "sells to", steering: 0}],
["c7a8fe35b02be97939d3dbb8ff2eeb75", "c3a6dfbab6aacfdef386287c299af20b", {calls: ["ffef96056b2171bde1a73c85f922d661"], confidence: 0.5, former: false, key: "3306f2580b488c82a2db663a8075aa02", label: "sells to", steering: 0}],
["d40fd8600b19cb455f38862b5f266121", "bbde9f38965cbd395e68fc994088f743", {calls: ["aee23b186d0f854d03b95453b0c1850a"], confidence: 0.3, former: false, key: "9937c051948388722bb6e0c43e73fa9e", label: "sells to", steering: 0}],
["d95b83e38a232b06065e982868731002", "9ee21836838ce324a432c78df797f7aa", {calls: ["3a84078ef91c1ff989f1530196145112"], confidence: 0.4, former: false, key: "7dd38b8885faad2134363de033caeeb1", label: "sells to", steering: 0}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:SELLS_TO]->(b)
SET r = row[2];

UNWIND [
["025b52b0b022f130af27df8b2b815227", "f54f3358e6ba8e60fada547935cedb76", {calls: ["6733082a3f2f01e0ec85ebbe85912aa7"], confidence: 0.2, former: false, key: "eb5c1a29c32c7ea9c3977210fd0bc66c", label: "learns from", steering: 0}],
["131d21efa78776cecb68605007f4ca98", "4429dd917dbae9ef08cf11c33c8809d2", {calls: ["6a3555fa8fcfdb9f28b7c4d041ecd460"], confidence: 0.4, former: true, key: "23c0534a6a09c06da493f182daf1528e", label: "learns from", steering: 0}],
["131d21efa78776cecb68605007f4ca98", "785cf599646a0c40d00afe28997edc93", {calls: ["0c93e9ba6dfba7b1a0cb4d05e389c3e7"], confidence: 0.7, former: false, key: "27e275a568e28fd801cc383384c62b1c", label: "teaches", steering: 0}],
["180253343f3fc2c5885f7f99824e71b9", "521dff2708d44ec6f6ffe90d02e674cc", {calls: ["6e4bf7930a86cda3fd7bf975b9ad3c8c"], confidence: 0.7, former: false, key: "e514ac2f96b6d65722a9f4b148388c25", label: "learns from", steering: 0}],
["58e7298e1c1f64d2f409e0e9bf9a2f3a", "ddcb9eeaf30ef229e8b23780909ec255", {calls: ["af727a552a0426b2a0b7cc15435d4e10"], confidence: 0.5, former: false, key: "45168b7f5137e4af53841be125754542", label: "teaches", steering: 0}],
["58e7298e1c1f64d2f409e0e9bf9a2f3a", "f54f3358e6ba8e60fada547935cedb76", {calls: ["6733082a3f2f01e0ec85ebbe85912aa7"], confidence: 0.8, former: false, key: "8dc98486bbaa60fb3943740f4706d9ea", label: "learns from", steering: 0}],
["8d5c0b2642fb2bcefe2e761925c2f889", "4429dd917dbae9ef08cf11c33c8809d2", {calls: ["9d688b6a205fa822005273fc7e8bf45e"], confidence: 0.5, former: false, key: "85eb67d18e878b54823b1c45c12e730b", label: "teaches", steering: 0}],
["e03176d05c0e3e5bad0f89aa5b69fa2d", "4429dd917dbae9ef08cf11c33c8809d2", {calls: ["6a3555fa8fcfdb9f28b7c4d041ecd460"], confidence: 0.7, former: false, key: "8985b6ec730d6d879297783b4d9180a8", label: "learns from", steering: 0}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:TEACHES]->(b)
SET r = row[2];

UNWIND [
["2a380e9af1724b8b8d7018833763e691", "521dff2708d44ec6f6ffe90d02e674cc", {calls: ["6e4bf7930a86cda3fd7bf975b9ad3c8c"], confidence: 0.7, former: false, key: "a545cb1a7cf4470a67348027ec2c1090", label: "works with", steering: 0}],
["3bf5f2d4fb9a90f935fa413047e3f06b", "85b4234f2d142383efdc0c3a94eebb78", {calls: [], confidence: 0.8, former: false, key: "186feea31fce02e3da59bbcc95795ade", label: "colleague", steering: 0}],
["51974772916933c0a41707f1449383ce", "8d5c0b2642fb2bcefe2e761925c2f889", {calls: ["9d688b6a205fa822005273fc7e8bf45e"], confidence: 0.8, former: true, key: "53f90440cd0a980b3d3c971657765a78", label: "works with", steering: 0}],
["58e7298e1c1f64d2f409e0e9bf9a2f3a", "d65cfc51459e45a40572d92b7f2751b3", {calls: ["af727a552a0426b2a0b7cc15435d4e10"], confidence: 0.6, former: false, key: "2184d034b12631927a3eaaddd8ba169c", label: "works with", steering: 0}],
["7e8d97920c898b28c23d7dcd04ef4500", "d40fd8600b19cb455f38862b5f266121", {calls: ["aee23b186d0f854d03b95453b0c1850a"], confidence: 0.8, former: false, key: "93bcff511375fa4cc38a85b0f10a2a74", label: "works with", steering: 0}],
["85b4234f2d142383efdc0c3a94eebb78", "8d5c0b2642fb2bcefe2e761925c2f889", {calls: [], confidence: 0.9, former: false, key: "cb51a5c775582a0b7cb77c3e6bbcdb6e", label: "colleague", steering: 0}]
] AS row
MATCH (a:Persona {id: row[0]}), (b:Persona {id: row[1]})
CREATE (a)-[r:WORKS_WITH]->(b)
SET r = row[2];
