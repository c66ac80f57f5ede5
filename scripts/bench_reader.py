"""The deterministic reader: how many descriptions it reads a second, and how well, beside labels made by people.

    scripts/bench reader personas.jsonl                      the pace and what is read, of a file of personas
    scripts/bench reader personas.jsonl --labels labels.jsonl
    scripts/bench reader personas.jsonl --labels labels.jsonl --confusion

The personas are rows with "persona" (or "description"), the labels rows in the same order, each attribute with a list
of the values that careful people accept. What can be read is where "unknown" is not accepted. Shares have Wilson's 95 %
interval. English and other languages are told apart. The pace is of this process alone, warm, beside that of taking the
words apart; memory is what it has grown by after the first thousand.
"""

import argparse
import json
import math
import resource
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from personagraph.steering.annotators import ANNOTATORS
from personagraph.text.words import words
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.reading.tongues import tongue_of

READ = ("activity", "age", "sex", "region")
Labels = Mapping[str, Sequence[str]]


def main() -> None:
    """Print the pace and how much is read, and with labels the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("personas", type=Path)
    options.add_argument("--labels", type=Path)
    options.add_argument("--annotator", choices=ANNOTATORS, default="reader")
    options.add_argument("--descriptions", type=int, default=200_000, help="how many to read for the pace")
    options.add_argument("--confusion", action="store_true", help="what was read for each label")
    given = options.parse_args()
    texts = [str(row.get("persona") or row["description"]) for row in _rows(given.personas)]
    read = [ANNOTATORS[given.annotator].read(text) for text in texts]
    for attribute in READ:
        known = sum(one[attribute] != UNKNOWN for one in read)
        print(f"{attribute}: read of {known:,} of {len(texts):,} personas ({share(known, len(texts))})")
    if given.labels:
        labels = _rows(given.labels)
        if len(labels) != len(texts):
            raise SystemExit(
                f"{given.labels} has {len(labels)} rows, {given.personas} {len(texts)}; they must be the same"
            )
        other = [tongue_of(text) is not None or (not text.isascii() and not _is_latin(text)) for text in texts]
        for name, chosen in (("English", False), ("other languages", True)):
            rows = [
                (one, label) for one, label, is_other in zip(read, labels, other, strict=True) if is_other == chosen
            ]
            if rows:
                table(name, rows, confusion=given.confusion)
    pace(texts, given.annotator, given.descriptions)


def table(name: str, rows: Sequence[tuple[Attributes, Labels]], *, confusion: bool) -> None:
    """Print for each attribute what could be read, was, and was right."""
    print(f"\n{name}, {len(rows):,} personas")
    print(f"{'':10}{'can be read':>12}{'of it read':>22}{'read':>7}{'right':>22}")
    for attribute in READ:
        told = [(one[attribute], label[attribute]) for one, label in rows if attribute in label]
        can = [(found, said) for found, said in told if UNKNOWN not in said]
        hits = sum(found != UNKNOWN for found, _ in can)
        read = [(found, said) for found, said in told if found != UNKNOWN]
        right = sum(found in said for found, said in read)
        print(f"{attribute:10}{len(can):12,}{share(hits, len(can)):>22}{len(read):7,}{share(right, len(read)):>22}")
        if confusion:
            mistaken = Counter((said[0], found) for found, said in told if found not in said)
            for (said, found), times in mistaken.most_common():
                print(f"{'':12}{said} read as {found}: {times}")


def share(part: int, whole: int) -> str:
    """A share in per cent with Wilson's 95 % interval (Wilson 1927)."""
    if not whole:
        return "-"
    z, p = 1.959964, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    return f"{100 * p:.1f} % [{100 * (middle - half):.1f}, {100 * (middle + half):.1f}]"


def pace(texts: Sequence[str], annotator: str, wanted: int) -> None:
    """Print how many descriptions a second are read, by the time of the processor."""
    read, times = ANNOTATORS[annotator].read, max(1, wanted // len(texts))
    for text in (texts * (1 + 1_000 // len(texts)))[:1_000]:
        read(text)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = [_timed(read, texts) for _ in range(times)]
    apart = _timed(words, texts)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    count, average = len(texts), len(texts) * times / sum(seconds)
    print(f"\n{count * times:,} descriptions: {average:,.0f} a second ({count / min(seconds):,.0f} in")
    print(f"the best of {times} rounds), {min(seconds) / apart:.1f} times as long as taking the words apart;")
    print(f"memory grew by {grown:.1f} MB")


def _timed(function: Any, texts: Iterable[str]) -> float:
    began = time.process_time()
    for text in texts:
        function(text)
    return time.process_time() - began


def _is_latin(text: str) -> bool:
    return sum(char.isalpha() and char < "\u0250" for char in text) * 2 > sum(char.isalpha() for char in text)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


assert set(READ) <= set(ATTRIBUTES)

if __name__ == "__main__":
    main()
