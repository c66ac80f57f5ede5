"""What a statement of the user's own may hold: told from its words, at any depth, before a server sees it.

It may call what is listed here and nothing else. Words that begin clauses are names in other places: which they are is
told by what follows them, as nothing that stands before can be trusted to be a clause itself.
"""

from collections.abc import Iterator, Sequence
from itertools import count, takewhile

from personagraph.errors import StoreError
from personagraph.stores.neo4j.query.cypher_lexer import Piece, pieces


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROCEDURES = frozenset(
    (
        "db.index.fulltext.queryNodes",
        "db.index.fulltext.queryRelationships",
        "db.index.vector.queryNodes",
        "db.index.vector.queryRelationships",
        "db.labels",
        "db.relationshipTypes",
        "db.propertyKeys",
        "db.schema.nodeTypeProperties",
        "db.schema.relTypeProperties",
        "db.schema.visualization",
    )
)
"""The procedures that a query may call: they read the graph and its indexes, and nothing else."""

FUNCTIONS = _words(
    """
    abs acos all allreduce allshortestpaths any asin atan atan2 avg btrim cardinality ceil ceiling char_length
    character_length coalesce coll.distinct coll.flatten coll.indexof coll.insert coll.max coll.min coll.remove
    coll.sort collect collect_list cos cosh cot coth count date date.realtime date.statement date.transaction
    date.truncate datetime datetime.fromepoch datetime.fromepochmillis datetime.realtime datetime.statement
    datetime.transaction datetime.truncate degrees duration duration.between duration.indays duration.inmonths
    duration.inseconds duration_between e elementid endnode exists exp floor format haversin head id isempty isnan keys
    labels last left length ln local_datetime local_time localdatetime localdatetime.realtime localdatetime.statement
    localdatetime.transaction localdatetime.truncate localtime localtime.realtime localtime.statement
    localtime.transaction localtime.truncate log log10 lower ltrim max min nodes none normalize nullif path_length
    percentile_cont percentile_disc percentilecont percentiledisc pi point point.distance point.withinbbox properties
    property_exists radians rand randomuuid range reduce relationships replace reverse right round rtrim shortestpath
    sign sin single sinh size split sqrt startnode stdev stdev_pop stdev_samp stdevp string.indexof string.join
    string.regexreplace substring sum tail tan tanh time time.realtime time.statement time.transaction time.truncate
    timestamp toboolean tobooleanlist tobooleanornull tofloat tofloatlist tofloatornull tointeger tointegerlist
    tointegerornull tolower tostring tostringlist tostringornull toupper trim type upper uuid uuid.leastsignificantbits
    uuid.mostsignificantbits valuetype vector vector.similarity.cosine vector.similarity.euclidean
    vector_dimension_count vector_distance vector_norm zoned_datetime zoned_time
    """
)
"""The functions that a query may call, in small letters: Cypher's own, but for those that tell of files and graphs."""

_CHANGES = _words(
    """
    ALTER CREATE DEALLOCATE DELETE DENY DETACH DROP DRYRUN ENABLE FOREACH GRANT INSERT MERGE NODETACH REALLOCATE REMOVE
    RENAME REVOKE SET START STOP
    """
)
_CLAUSES = _CHANGES | {"LOAD", "SHOW", "TERMINATE", "USE"}
_AFTER_A_NAME = _words(
    """
    AND AS ASC ASCENDING CALL CONTAINS DESC DESCENDING ELSE END ENDS FILTER FINISH FOR FROM IMPLIES IN IS LET LIMIT
    MATCH NEXT OFFSET OPTIONAL OR ORDER RETURN SCORE SEARCH SKIP STARTS THEN UNION UNWIND USING WHEN WHERE WITH XOR
    """
)
"""What may stand after a name that is written like a clause, as in `RETURN set ORDER BY set`."""
_BEFORE_A_BRACKET = _words(
    """
    ACYCLIC ALL AND ANY BOTH BY CALL CASE CONTAINS DISTINCT ELEMENT ELEMENTS ELSE FILTER FOR FROM GROUP GROUPS IMPLIES
    IN LEADING LIMIT MATCH NOT OFFSET OR PATH PATHS RELATIONSHIP RETURN SHORTEST SKIP THEN TRAIL TRAILING UNION
    UNWIND WALK WHEN WHERE WITH XOR
    """
)
"""Words before a bracket that call nothing; a plugin can have no function without a dot in its name."""
_SHOWN = ("INDEX", "INDEXES", "CONSTRAINT", "CONSTRAINTS")
_KINDS_SHOWN = _words(
    """
    ALL BTREE EXIST EXISTENCE EXISTS FULLTEXT KEY LOOKUP NODE POINT PROPERTY RANGE REL RELATIONSHIP TEXT TYPE UNIQUE
    UNIQUENESS VECTOR
    """
)
_NOTHING = Piece("mark", "", 0)


def refuse_more_than_reading(statement: str) -> None:
    """Raises StoreError for a statement that holds anything but reading, and for one that cannot be taken apart."""
    held = _without_version(pieces(statement))
    if held and held[-1].mark == ";":
        held.pop()
    _refuse_prefixes(held)
    if any(piece.mark == ";" for piece in held):
        raise StoreError("the query must be one statement; ask one after the other")
    if any(_at(held, end + 1).keyword == "IN" for end in _subqueries(held)):
        raise StoreError("the query has CALL { … } IN TRANSACTIONS, which commits by itself: take that out")
    for i, piece in enumerate(held):
        if piece.mark == "(":
            _refuse_function(held, i)
        if piece.keyword == "CALL":
            _refuse_procedure(held, i)
        if piece.keyword in _CLAUSES and _begins_a_clause(held, i):
            _refuse_clause(held, i)


def _without_version(held: list[Piece]) -> list[Piece]:
    """The statement after the words that choose a version of the language."""
    if _at(held, 0).keyword == "CYPHER" and _at(held, 1).text in ("5", "25"):
        return held[2:]
    return held


def _refuse_prefixes(held: Sequence[Piece]) -> None:
    first = _at(held, 0).keyword
    if first in ("EXPLAIN", "PROFILE"):
        raise StoreError(f"the query begins with {first}, whose plan would not be shown: take the word out")
    if first == "CYPHER" or _at(held, 1).mark == "=":
        raise StoreError("the query begins with options for the server; of these only CYPHER 5 and CYPHER 25 are sent")


def _subqueries(held: Sequence[Piece]) -> Iterator[int]:
    """Where the subqueries of CALL end."""
    begun, called = list[bool](), False
    for i, piece in enumerate(held):
        before = _at(held, i - 1)
        if piece.mark in ("(", "[", "{"):
            begun.append(before.keyword == "CALL" or (piece.mark == "{" and before.mark == ")" and called))
        elif piece.mark in (")", "]", "}"):
            called = begun.pop()
            if called and piece.mark == "}":
                yield i


def _refuse_function(held: Sequence[Piece], bracket: int) -> None:
    """Raises StoreError when what stands before the bracket is called and is not one of FUNCTIONS."""
    first = bracket - 1
    if not _at(held, first).names:
        return
    while _at(held, first - 1).mark == "." and _at(held, first - 2).names:
        first -= 2
    name = ".".join(piece.text for piece in held[first:bracket:2])
    word, before = "" if bracket - first > 1 else held[first].keyword, _at(held, first - 1)
    if word in _CLAUSES:
        _refuse_clause(held, first)
    hint = before.mark == ":" and _at(held, first - 3).keyword in ("INDEX", "SEEK")
    if not (word in _BEFORE_A_BRACKET or before.keyword == "CALL" or name.lower() in FUNCTIONS or hint):
        raise StoreError(
            f"the query calls {_short(name)}, which is not known to do no more than read: a query may call Cypher's own"
            " functions, and none of a plugin"
        )


def _refuse_procedure(held: Sequence[Piece], call: int) -> None:
    """Raises StoreError when the word CALL is followed by the name of a procedure that is not one of PROCEDURES."""
    end = call + 1
    if not _at(held, end).names:
        return
    while _at(held, end + 1).mark == "." and _at(held, end + 2).names:
        end += 2
    name = ".".join(piece.text for piece in held[call + 1 : end + 1 : 2])
    if name in PROCEDURES or (end == call + 1 and not _begins_a_clause(held, call)):
        return
    raise StoreError(f"the query calls {_short(name)}; it may call {', '.join(sorted(PROCEDURES))}")


def _begins_a_clause(held: Sequence[Piece], i: int) -> bool:
    """Whether the word there begins a clause, told by what follows; where that is open, it does."""
    before, after = _at(held, i - 1), _at(held, i + 1)
    if before.mark == "." or not after.names:
        return False
    if after.keyword not in _AFTER_A_NAME:
        return True
    if before.keyword in ("ALL", "DISTINCT"):
        before = _at(held, i - 2)
    begun = i == 0 or before.mark == "{" or before.keyword in ("UNION", "NEXT")
    return begun or _at(held, i + 2).mark in (".", "=", "+=", ":")


def _refuse_clause(held: Sequence[Piece], i: int) -> None:
    word = held[i].keyword
    if word in _CHANGES:
        raise StoreError("the query would change the graph, its schema or the server: a query here only reads")
    if word == "LOAD":
        raise StoreError("the query has LOAD CSV, which reads files and addresses of the server: it is not allowed")
    if word == "USE":
        raise StoreError("the query has USE, which asks another graph; a query asks the one of the store: take it out")
    if word == "SHOW":
        kinds = takewhile(lambda n: _at(held, n).keyword in _KINDS_SHOWN, count(i + 1))
        if _at(held, i + 1 + sum(1 for _ in kinds)).keyword in _SHOWN:
            return
    raise StoreError("the query manages the server; of such commands SHOW INDEXES and SHOW CONSTRAINTS only read")


def _at(held: Sequence[Piece], i: int) -> Piece:
    return held[i] if 0 <= i < len(held) else _NOTHING


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= 80 else f"{name[:79]}…"
