"""The method `partition` gives what exact Jaccard alone and the aligner give, whatever it leaves out to be fast."""

import json
import random
from pathlib import Path

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.jaccard import PartitionIndex
from personagraph.dedup.rules import METHODS, Deduplicator, Match
from personagraph.dedup.stream import Decision, deduplicate
from personagraph.dedup.veto.veto import differs
from personagraph.text.words import word_set
from personagraph.types import normalise
from tests.dedup.edits import FINAL, others, planted, wordings


def by_the_rule(rows: list[str]) -> list[Match | None]:
    """The same text, or else the most alike by exact Jaccard, then the first entered, that the aligner lets pass."""
    index, texts, persona, verdicts = PartitionIndex(THRESHOLD), dict[str, int](), dict[int, int](), []
    for number, row in enumerate(rows):
        text = normalise(row)
        if text in texts:
            match = Match(str(texts[text]), "text", 1.0)
        else:
            near = sorted((-score, persona[key], key) for key, score in index.matches(word_set(row)))
            found = next(((who, score) for score, who, key in near if differs(row, rows[key]) is None), None)
            match = Match(str(found[0]), "jaccard", -found[1]) if found else None
            persona[number] = int(match.id) if match else number
            index.add(number, word_set(row))
            texts[text] = persona[number]
        verdicts.append(match)
    return verdicts


def test_partition_gives_what_exact_jaccard_and_the_aligner_give_on_real_rows_with_planted_edits(shared_data: Path):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    rows, rng = [json.loads(line)["persona"] for line in lines[1:1600:8]], random.Random(18)
    for edit in (*wordings(FINAL).values(), *others(FINAL).values()):
        rows += [changed for _, changed in planted(rows[:30], edit, rng)]
    rows += [row.upper() for row in rows[:40]] + [f"{row} and {row}" for row in rows[:20]]
    rng.shuffle(rows)
    wanted = by_the_rule(rows)
    assert sum(match is not None for match in wanted) > 60
    found = deduplicate(enumerate(rows), Deduplicator(METHODS["partition"].make(THRESHOLD), differs))
    said = [
        Decision(n, int(m.id), m.method, m.score) if m else Decision(n, None, "", 0.0) for n, m in enumerate(wanted)
    ]
    assert [(rows[one.row], one, other) for one, other in zip(said, found, strict=True) if one != other] == []
