"""Precision and recall of de-duplication on real personas with planted edits, beside what else does it.

    scripts/bench quality PERSONAS.jsonl [--rivals NAME…]

Of each row one edited copy stands at the end of the file: reworded, which is to be found, or of another person who
differs in one thing, which is to be kept. The kinds are those of `tests/dedup/edits.py`, with the words that no rule
was made with.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.bench_dedup import rival
from scripts.dedup_rivals import RIVALS
from tests.dedup.edits import FINAL, others, wordings


class Planted(NamedTuple):
    """An edited copy: of which row, of which kind, and whether it is still the same person."""

    of: int
    text: str
    kind: str
    same: bool


def main() -> None:
    """Print a table: of each kind, how many copies each of them drops."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("personas", type=Path)
    options.add_argument("--rivals", nargs="*", choices=RIVALS, default=list(RIVALS))
    options.add_argument("--seed", type=int, default=18)
    given = options.parse_args()
    lines = given.personas.read_text(encoding="utf-8").splitlines()
    texts = list(dict.fromkeys(json.loads(line)["persona"] for line in lines))
    copies = plant(texts, random.Random(given.seed))
    rows = [*texts, *(copy.text for copy in copies)]
    print(f"{len(texts):,} real rows, {len(copies):,} edited copies, {sum(copy.same for copy in copies):,} of the same")
    found = {"personagraph": ours(rows)} | {name: set(rival(name, rows)["rows"]) for name in given.rivals}
    for name, dropped in found.items():
        # Some keep the last of a cluster, not the first.
        tell(name, [copy for n, copy in enumerate(copies, len(texts)) if not dropped.isdisjoint((n, copy.of))], copies)


def plant(texts: Sequence[str], rng: random.Random) -> list[Planted]:
    """An edited copy of each row to which an edit applies; half of them of the same person."""
    kinds = [
        (kind, edit, same) for same, table in ((True, wordings), (False, others)) for kind, edit in table(FINAL).items()
    ]
    copies, count = [], Counter[str]()
    for number, text in enumerate(texts):
        same = rng.random() < 0.5
        fitting = [(kind, edited) for kind, edit, of in kinds if of == same and (edited := edit(text, rng)) != text]
        if fitting:
            # Of those that fit, the one that is rarest so far: some fit few rows.
            kind, edited = min(fitting, key=lambda one: count[one[0]])
            count[kind] += 1
            copies.append(Planted(number, edited, kind, same))
    return copies


def ours(rows: Sequence[str]) -> set[int]:
    """The rows that personagraph drops, at its defaults."""
    from personagraph.dedup.index import THRESHOLD
    from personagraph.dedup.rules import METHODS, Deduplicator
    from personagraph.dedup.stream import deduplicate
    from personagraph.dedup.veto.veto import differs

    known = Deduplicator(METHODS["content"].make(THRESHOLD), differs)
    return {decision.row for decision in deduplicate(enumerate(rows), known) if decision.into is not None}


def tell(name: str, dropped: Sequence[Planted], copies: Sequence[Planted]) -> None:
    """Print what one of them found, and merged falsely, by kind."""
    all_of, found = (Counter((copy.same, copy.kind) for copy in some) for some in (copies, dropped))
    right, wrong = (sum(copy.same == same for copy in dropped) for same in (True, False))
    recall, precision = right / sum(copy.same for copy in copies), right / max(right + wrong, 1)
    print(f"{name}: precision {precision:.3f}, recall {recall:.3f}; {wrong} other people dropped")
    for same, label in ((True, "found"), (False, "falsely")):
        told = [f"{kind} {found[s, kind]}/{n}" for (s, kind), n in sorted(all_of.items()) if s == same]
        print(f"  {label}: {', '.join(told)}", flush=True)


if __name__ == "__main__":
    main()
