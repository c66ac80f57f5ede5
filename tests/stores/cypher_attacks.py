"""Statements that would read files, fetch addresses, or do what is not listed, hidden in all that Cypher can nest.

THE_FILE and THE_ADDRESS stand for a file of the server and an address; each statement is valid on a line of Neo4j that
has the feature, unless it is one of UNREADABLE.
"""

import random

SUBQUERIES = (
    "LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "LOAD CSV FROM 'THE_ADDRESS' AS r RETURN r",
    "LOAD CSV WITH HEADERS FROM 'THE_FILE' AS r RETURN r",
    "LOAD CSV FROM \"THE_FILE\" AS r FIELDTERMINATOR ';' RETURN r",
    "LOAD CSV FROM 'THE_ADDRESS?d=' + head(COLLECT { MATCH (p:Persona) RETURN p.description }) AS r RETURN r",
    "WITH 'THE_ADDRESS' AS u LOAD CSV FROM u AS r RETURN r",
    "UNWIND ['THE_FILE', 'THE_ADDRESS'] AS u LOAD CSV FROM u AS r RETURN r",
    "MATCH (%q) WITH %q LIMIT 1 LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "RETURN 1 AS r UNION LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "CALL { LOAD CSV FROM 'THE_FILE' AS r RETURN r } RETURN r",
    "UNWIND [1] AS %x CALL (%x) { LOAD CSV FROM 'THE_FILE' AS r RETURN r } RETURN r",
    "OPTIONAL CALL () { LOAD CSV FROM 'THE_FILE' AS r RETURN r } RETURN r",
    "CALL db.ping() YIELD success AS r RETURN r",
    "CALL db.stats.clear('QUERIES') YIELD success AS r RETURN r",
    "CALL db.stats.retrieve('GRAPH COUNTS') YIELD data AS r RETURN r",
    "CALL db.stats.status() YIELD status AS r RETURN r",
    "CALL db.stats.stop('QUERIES') YIELD success AS r RETURN r",
    "CALL db.info() YIELD name AS r RETURN r",
    "CALL db.index.fulltext.listAvailableAnalyzers() YIELD analyzer AS r RETURN r",
    "CALL dbms.components() YIELD name AS r RETURN r",
    "CALL dbms.listConfig('dbms') YIELD value AS r RETURN r",
    "CALL dbms.listConnections() YIELD clientAddress AS r RETURN r",
    "CALL dbms.queryJmx('java.lang:*') YIELD name AS r RETURN r",
    "CALL dbms.killConnections(['x']) YIELD message AS r RETURN r",
    "CALL dbms.showCurrentUser() YIELD username AS r RETURN r",
    "CALL tx.getMetaData() YIELD metadata AS r RETURN r",
    "OPTIONAL CALL db.ping() YIELD success AS r RETURN r",
    "CALL { CALL db.ping() YIELD success AS r RETURN r } RETURN r",
    "UNWIND [1] AS call CALL db.ping() YIELD success AS r RETURN r",
    "WITH 1 AS return CALL db.ping() YIELD success AS r RETURN r",
    "WITH 1 AS `as` WITH `as` CALL db.ping() YIELD success AS r RETURN r",
    "MATCH (load) LOAD CSV FROM 'THE_FILE' AS csv RETURN csv AS r",
    "RETURN file() AS r",
    "RETURN linenumber() AS r",
    "RETURN `file`() AS r",
    "RETURN toString(1) + coalesce(file(), 'x') AS r",
)
"""What stands in a subquery and gives a column r."""

EXPRESSIONS = (
    "COLLECT { SUBQUERY }",
    "EXISTS { SUBQUERY }",
    "COUNT { SUBQUERY }",
    "[%x IN [1] | COLLECT { SUBQUERY }]",
    "[%x IN [1] WHERE EXISTS { SUBQUERY } | %x]",
    "CASE WHEN EXISTS { SUBQUERY } THEN 1 ELSE 2 END",
    "CASE COUNT { SUBQUERY } WHEN 1 THEN 1 END",
    "CASE 1 WHEN 2 THEN 3 ELSE COLLECT { SUBQUERY } END",
    "reduce(%a = 0, %x IN [1] | %a + COUNT { SUBQUERY })",
    "any(%x IN [1] WHERE EXISTS { SUBQUERY })",
    "none(%x IN COLLECT { SUBQUERY } WHERE %x = 1)",
    "{a: {b: [COLLECT { SUBQUERY }]}}",
    "head(COLLECT { SUBQUERY })",
    "COLLECT { SUBQUERY }[0..COUNT { SUBQUERY }]",
    "[1, 2][COUNT { SUBQUERY }]",
    "NOT EXISTS { SUBQUERY } AND true",
    "1 IN [COUNT { SUBQUERY }]",
    "-COUNT { SUBQUERY } ^ 2",
    "head([(%n)-->(%m) | COLLECT { SUBQUERY }])",
    "[(%n)-->(%m) WHERE EXISTS { SUBQUERY } | %m]",
    "%n {.id, x: COLLECT { SUBQUERY }}",
    "COLLECT { MATCH (%o) WHERE EXISTS { SUBQUERY } RETURN %o }",
    "COLLECT { UNWIND COLLECT { SUBQUERY } AS %d RETURN %d }",
    "COUNT { CALL { SUBQUERY } RETURN 1 AS %y }",
    "coalesce(null, 'a' + toString(COUNT { SUBQUERY }))",
    "date({year: COUNT { SUBQUERY }})",
    "size(COLLECT { SUBQUERY }) > 0 OR %n.id STARTS WITH 'a'",
    "COUNT { SUBQUERY } IS :: INTEGER",
)
"""What makes an expression of a subquery, where %n is a node; names with % are new at each depth."""

STATEMENTS = (
    "MATCH (n) RETURN EXPRESSION AS z",
    "MATCH (n) WHERE (EXPRESSION) IS NOT NULL RETURN n",
    "MATCH (n) WITH n, EXPRESSION AS z RETURN z",
    "MATCH (n) RETURN n ORDER BY EXPRESSION",
    "MATCH (n) WITH n ORDER BY EXPRESSION LIMIT 3 WHERE n.id > '' RETURN n",
    "MATCH (n) UNWIND [EXPRESSION] AS z RETURN z",
    "MATCH (n) WITH n WHERE (EXPRESSION) IS NULL RETURN count(*)",
    "MATCH (n) RETURN collect(DISTINCT EXPRESSION) AS z",
    "MATCH (n) CALL (n) { RETURN EXPRESSION AS z } RETURN z",
    "MATCH (n) RETURN 1 AS z UNION ALL MATCH (n) RETURN EXPRESSION AS z",
    "MATCH (n) MATCH (m WHERE (EXPRESSION) IS NOT NULL) RETURN m",
    "MATCH (n) MATCH (a)((b)-[t WHERE (EXPRESSION) IS NOT NULL]->(c)){1,2}(d) RETURN d",
    "MATCH (n) CALL db.index.fulltext.queryNodes(coalesce(toStringOrNull(EXPRESSION), 'a'), 'x') YIELD node RETURN 1",
    "MATCH (n) MATCH w = SHORTEST 1 (n)-->+(m) WHERE (EXPRESSION) IS NOT NULL RETURN w",
    "/* it's */ MATCH (n) RETURN 'it\\'s // \"' AS `a``b`, EXPRESSION AS z",
    "// it's\nMATCH (n) RETURN EXPRESSION AS z // '",
)
"""What makes a statement of an expression."""

WRITTEN_OUT = (
    "LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "load csv from 'THE_FILE' as r return r",
    "LoAd/**/cSv/**/FROM/**/'THE_FILE'/**/AS/**/r/**/RETURN/**/r",
    "LOAD//\rCSV//\rFROM 'THE_FILE' AS r RETURN r",
    "// remark\rLOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "// RETURN 1\r\n// RETURN 2\rLOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "/* // */ LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "/* /* */ LOAD CSV FROM 'THE_FILE' AS r RETURN r // */",
    "/**/LOAD\tCSV\fFROM\v'THE_FILE'\rAS\nr RETURN r",
    "LOAD\u00a0CSV\u2003FROM\u3000'THE_FILE'\u2028AS\u2029r\u205fRETURN\u1680r",
    "LOAD\x1cCSV\x1dFROM\x1e'THE_FILE'\x1fAS r RETURN r",
    "RETURN 'a\\\\' AS x UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x",
    "RETURN '\\\\\\'' AS x UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x //'",
    "RETURN \"'\" AS x UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x //\"",
    "RETURN 1 AS `'` UNION LOAD CSV FROM 'THE_FILE' AS `'` RETURN `'`",
    "RETURN 1 AS `a``'` UNION LOAD CSV FROM 'THE_FILE' AS `a``'` RETURN `a``'`",
    "RETURN 1 AS `a\\` UNION LOAD CSV FROM 'THE_FILE' AS `a\\` RETURN `a\\`",
    "RETURN 1 AS `//` UNION LOAD CSV FROM 'THE_FILE' AS `//` RETURN `//`",
    "RETURN 1 AS `/*` UNION LOAD CSV FROM 'THE_FILE' AS `/*` RETURN `/*`",
    "RETURN '//' AS x UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x",
    "RETURN '/*' AS x UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x",
    "RETURN 4 / 2 AS x UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x",
    "RETURN 'a' AS x // '\nUNION LOAD CSV FROM 'THE_FILE' AS x RETURN x",
    "CYPHER 5 LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "MATCH (call:LOAD {csv: 1}) LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "WITH 1 AS load LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "MATCH (n) WHERE n.load = 1 LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "CALL db.ping",
    "CALL db.ping()",
    "CALL db.ping() YIELD *",
    "CALL /* db.labels() */ db.ping()",
    "CALL db//\r.//\rping()",
    "CALL db . ping ( )",
    "CALL `db`.`ping`()",
    "CALL db.`ping`",
    "CALL `d\\u0062`.ping()",
    "call db.ping()",
    "CALL db.labels() YIELD label CALL db.ping() YIELD success RETURN label",
    "CALL db.stats.clear('QUERIES')",
    "CALL db.clearQueryCaches()",
    "CALL db.prepareForReplanning()",
    "CALL db.resampleOutdatedIndexes()",
    "CALL db.awaitIndexes()",
    "CALL dbms.listCapabilities()",
    "CALL dbms.upgradeStatus()",
    "CALL tx.setMetaData({a: 1})",
    "CALL db.createLabel('X')",
    "CALL db.labels() YIELD label WHERE EXISTS { CALL db.ping() YIELD success RETURN success } RETURN label",
    "SHOW INDEXES YIELD name WHERE EXISTS { CALL db.ping() YIELD success RETURN success } RETURN name",
    "SHOW INDEXES YIELD name WHERE EXISTS { LOAD CSV FROM 'THE_FILE' AS r RETURN r } RETURN name",
    "SHOW SETTINGS",
    "SHOW TRANSACTIONS",
    "SHOW FUNCTIONS",
    "SHOW PROCEDURES EXECUTABLE",
    "SHOW DATABASES",
    "SHOW USERS",
    "SHOW CURRENT USER",
    "SHOW ALL FUNCTIONS",
    "SHOW TRANSACTIONS YIELD transactionId AS t TERMINATE TRANSACTIONS t YIELD message RETURN message",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "USE neo4j RETURN 1",
    "USE `neo4j` RETURN 1",
    "CALL { USE neo4j RETURN 1 AS x } RETURN x",
    "RETURN COLLECT { USE neo4j RETURN 1 AS x } AS z",
    "USE/**/neo4j RETURN 1",
    "RETURN 1 AS x UNION USE neo4j RETURN 2 AS x",
    "RETURN 1 AS x UNION ALL USE neo4j RETURN 2 AS x",
    "EXPLAIN RETURN 1",
    "PROFILE MATCH (n) RETURN n",
    "/* x */ PROFILE RETURN 1",
    "CYPHER 5 EXPLAIN RETURN 1",
    "CYPHER EXPLAIN RETURN 1",
    "CYPHER runtime = slotted RETURN 1",
    "CYPHER 5 planner=cost RETURN 1",
    "EXPLAIN CYPHER 5 RETURN 1",
    "CYPHER replan=force RETURN 1",
    "CREATE (n:X)",
    "MERGE (n:X {id: 1}) RETURN n",
    "MATCH (n) SET n.x = 1",
    "MATCH (n) SET (n).x = 1",
    "MATCH (n) SET n:X",
    "MATCH (n) SET n += {x: 1}",
    "MATCH (in) SET in.x = 1",
    "MATCH (`n`) SET `n`.x = 1",
    "MATCH (n) REMOVE n.x",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) NODETACH DELETE n",
    "MATCH (n) FOREACH (x IN [1] | CREATE (:X))",
    "MATCH (n) CALL (n) { CREATE (:X) }",
    "MATCH (n) CALL (n) { WITH 1 AS x RETURN x } IN TRANSACTIONS OF 2 ROWS RETURN x",
    "MATCH (n) CALL (n) { RETURN 1 AS x } IN 2 CONCURRENT TRANSACTIONS RETURN x",
    "MATCH (n) CALL (n) { RETURN 1 AS x } IN/**/TRANSACTIONS RETURN x",
    "UNWIND [1] AS x CALL (x) { CREATE (:X) } IN TRANSACTIONS",
    "INSERT (:X)",
    "MATCH p = (n) MERGE q = (n)-[:X]->(n) RETURN q",
    "CREATE INDEX x FOR (n:X) ON (n.x)",
    "CREATE OR REPLACE USER eve SET PASSWORD 'evil-evil'",
    "DROP CONSTRAINT persona_id",
    "DROP INDEX persona_words",
    "ALTER CURRENT USER SET PASSWORD FROM 'x' TO 'y'",
    "ALTER USER neo4j SET PASSWORD 'evil-evil'",
    "RENAME USER neo4j TO eve",
    "RETURN 1 AS x; LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "RETURN 1; RETURN 2",
)
"""Statements as they are, of every class, in every way of writing them."""

OF_PLUGINS = (
    "CALL apoc.load.json('THE_ADDRESS') YIELD value RETURN value",
    "CALL apoc.load.csv('THE_FILE')",
    "CALL custom.evil",
    "CALL evil()",
    "CALL `evil`()",
    "CALL `apoc.load.json`('THE_ADDRESS')",
    "CALL in.evil()",
    "CALL in",
    "RETURN COLLECT { CALL in() YIELD x RETURN x } AS z",
    "CALL with.evil() YIELD x RETURN x",
    "RETURN apoc.util.sleep(1)",
    "RETURN `apoc`.`load`.`json`('THE_ADDRESS')",
    "RETURN `apoc.load.json`('THE_ADDRESS')",
    "RETURN apoc /* . */ . /* */ load //\r. json ('THE_ADDRESS')",
    "RETURN [x IN [1] | {a: apoc.x()}]",
    "RETURN {apoc: apoc.x()}.apoc",
    "RETURN CASE WHEN true THEN apoc.x() END",
    "MATCH (n {x: apoc.x()}) RETURN n",
    "MATCH (n:$(apoc.x())) RETURN n",
    "RETURN genai.vector.encode('x', 'OpenAI', {})",
    "RETURN date.evil()",
    "RETURN DATE . realtime . evil ()",
    "RETURN point.distance.evil(1)",
    "RETURN toUpper.evil('x')",
    "RETURN evil(1)",
    "RETURN `where`(1)",
    "RETURN n.date(1)",
    "RETURN `ap\\u006fc`.x()",
    "RETURN `a``b`.x()",
    "RETURN to\u212aelvin(1)",
    "RETURN graph.names()",
    "USE graph.byName('other') RETURN 1",
    "USE graph.byElementId('4:x:1') RETURN 1",
    "USE other.graph RETURN 1",
    "CALL ai.text.completion('x')",
    "RETURN 1 AS x ORDER BY apoc.x()",
    "UNWIND range(1, apoc.x()) AS n RETURN n",
    "CALL db.labels() YIELD label RETURN apoc.x(label)",
    "CALL db.index.fulltext.queryNodes('x', apoc.x()) YIELD node RETURN node",
    "MATCH (n) USING INDEX n:X(apoc.x()) RETURN n",
)
"""What only a server with a plugin or with several databases would carry out."""

OF_2026 = (
    "CYPHER 25 RETURN s'a{head(COLLECT { LOAD CSV FROM \"THE_FILE\" AS r RETURN r })}b' AS z",
    'CYPHER 25 RETURN S"a{COUNT { CALL db.ping() YIELD success RETURN success }}" AS z',
    "CYPHER 25 RETURN s'{ s\"{file()}\" }' AS z",
    "CYPHER 25 LET z = COLLECT { LOAD CSV FROM 'THE_FILE' AS r RETURN r } RETURN z",
    "CYPHER 25 MATCH (n) FILTER EXISTS { LOAD CSV FROM 'THE_FILE' AS r RETURN r } RETURN n",
    "CYPHER 25 FILTER EXISTS { CALL db.ping() YIELD success RETURN success } RETURN 1 AS z",
    "CYPHER 25 RETURN 1 AS x NEXT LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "CYPHER 25 RETURN 1 AS x NEXT CALL db.ping() YIELD success RETURN success",
    "CYPHER 25 WHEN true THEN { LOAD CSV FROM 'THE_FILE' AS r RETURN r } ELSE { RETURN 1 AS r }",
    "CYPHER 25 WHEN EXISTS { CALL db.ping() YIELD success RETURN success } THEN RETURN 1 AS r",
    "CYPHER 25 WHEN true THEN CALL db.ping() YIELD success RETURN success",
    "CYPHER 25 UNWIND [1] AS x CALL (x) { WHEN true THEN { LOAD CSV FROM 'THE_FILE' AS r RETURN r } } RETURN r",
    "CYPHER\u00a025\u2003LOAD\u00a0CSV FROM 'THE_FILE' AS r RETURN r",
    "CYPHER 25 EXPLAIN RETURN 1",
    "\u00a0EXPLAIN RETURN 1",
    "CYPHER 25 INSERT (:X)",
    "CYPHER 25 RETURN allReduce(a = 0, x IN [1] | a + COUNT { LOAD CSV FROM 'THE_FILE' AS r RETURN r }, a < 9) AS z",
)
"""What only the 2026 line knows."""

UNREADABLE = (
    "RETURN ap\\u006fc.x()",
    "EX\\u0050LAIN RETURN 1",
    "CALL d\\u0062.ping()",
    "\\u004c\\u004f\\u0041\\u0044 CSV FROM 'THE_FILE' AS r RETURN r",
    "L\\u004FAD C\\u0053V FROM 'THE_FILE' AS r RETURN r",
    "LOAD\\u0020CSV\\u00a0FROM\\u2028'THE_FILE' AS r RETURN r",
    "\\u004cALL db.ping YIELD success RETURN success",
    "/* \\u0061 */ RETURN 1",
    "LOAD\u0085CSV FROM 'THE_FILE' AS r RETURN r",
    "RETURN 'a\\u0027 + COUNT { LOAD CSV FROM \\u0027THE_FILE\\u0027 AS r RETURN r } + \\u0027b' AS z",
    'RETURN "a\\u0022, apoc.x(), \\u0022" AS z',
    "RETURN 1 AS `a\\u0060, file() AS \\u0060b`",
    "RETURN 1 AS x // \\u000a UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x",
    "RETURN 1 AS x // \\u000d UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x",
    "/* \\u002a/ LOAD CSV FROM 'THE_FILE' AS r RETURN r // */",
    "/\\u002a */ LOAD CSV FROM 'THE_FILE' AS r RETURN r // */",
    "RETURN '\\u005c' AS x UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x //'",
    "\\u+04cOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "\\u4cOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "\\uuu004cOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "\\u\uff10\uff10\uff14\uff23OAD CSV FROM 'THE_FILE' AS r RETURN r",
    "RETURN 'never ends",
    'RETURN "never ends\\"',
    "RETURN `never ends``",
    "RETURN 1 /* never ends",
    "RETURN 1 /*/",
    "RETURN 0LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "UNWIND [1] AS x RETURN x SKIP 0UNION LOAD CSV FROM 'THE_FILE' AS x RETURN x",
    "WITH 1 AS x LIMIT$n LOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "LO\u200bAD CSV FROM 'THE_FILE' AS r RETURN r",
    "LOAD\u00adCSV FROM 'THE_FILE' AS r RETURN r",
    "LOAD\x00CSV FROM 'THE_FILE' AS r RETURN r",
    "\ufeffLOAD CSV FROM 'THE_FILE' AS r RETURN r",
    "RETURN \\LOAD CSV",
    "RETURN (1",
    "RETURN 1)",
    "RETURN [1)",
    "RETURN {a: (1}",
    "RETURN #",
    "RETURN @x",
    "RETURN n\u00adfile()",
)
"""What the two lines, or two readers of one, could take apart differently, or not at all."""


def written_out() -> list[str]:
    """Every statement that stands here, and each subquery and each way of nesting at least once."""
    nested = [_filled(STATEMENTS[0], expression, SUBQUERIES[0]) for expression in EXPRESSIONS]
    placed = [_filled(statement, EXPRESSIONS[0], SUBQUERIES[1]) for statement in STATEMENTS]
    hidden = [_filled(STATEMENTS[0], EXPRESSIONS[3], subquery) for subquery in SUBQUERIES]
    return [*WRITTEN_OUT, *(subquery.replace("%", "") for subquery in SUBQUERIES), *nested, *placed, *hidden]


def nested(seed: int, depth: int, file: str = "THE_FILE", address: str = "THE_ADDRESS") -> str:
    """A statement with one of the subqueries that many expressions deep, its white space and letters disguised."""
    choice = random.Random(seed)
    held = choice.choice(SUBQUERIES).replace("%", "v")
    for level in range(depth):
        expression = choice.choice(EXPRESSIONS).replace("SUBQUERY", held)
        held = f"MATCH (%n) RETURN {expression} AS r".replace("%", f"v{level}")
    statement = _filled(choice.choice(STATEMENTS), choice.choice(EXPRESSIONS), held)
    return _disguised(statement.replace("THE_FILE", file).replace("THE_ADDRESS", address), choice)


def _filled(statement: str, expression: str, subquery: str) -> str:
    held = expression.replace("%n", "n").replace("%", "z").replace("SUBQUERY", subquery.replace("%", "v"))
    return statement.replace("EXPRESSION", held)


def _disguised(statement: str, choice: random.Random) -> str:
    """The same to a server: other spaces, remarks between words, keywords in other cases, escapes in texts."""
    made, quote = list[str](), ""
    for i, char in enumerate(statement):
        two, before = statement[i : i + 2], statement[i - 1 : i]
        if quote:
            if statement[: i + 1].endswith(quote) and before != "\\":
                quote = ""
            made.append(
                char if quote in ("", "`", "*/", "\n") or not char.isalpha() else choice.choice((char, _escape(char)))
            )
        elif two in ("//", "/*") or char in "'\"`":
            quote = {"//": "\n", "/*": "*/"}.get(two, char)
            made.append(char)
        elif char == " ":
            made.append(choice.choice((" ", " ", " ", "\n", "\t", "\r", "\u00a0", "\u2028", "/**/", "//'\r", "/*`*/")))
        elif char.isupper() and before.isupper():
            made.append(choice.choice((char, char.lower())))
        else:
            made.append(char)
    return "".join(made)


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}"
