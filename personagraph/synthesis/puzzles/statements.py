"""What people say of each other who always tell the truth or always lie, and of who did something."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from random import Random

from personagraph.synthesis.puzzles.clues import DrawnClue, is_one, remaining
from personagraph.synthesis.puzzles.spaces import LETTERS, Assignment, PuzzleSpace, assignments, culprits, liars


@lru_cache(maxsize=64)
def _statements(n: int, speaker: int, *, culprit: bool) -> tuple[tuple[str, tuple[int, ...], str], ...]:
    """What somebody can say: the kind, the people in it, and the expression of what is said."""
    return tuple(_about_culprit(n, speaker) if culprit else _about_liars(n, speaker))


def _about_liars(n: int, speaker: int) -> Iterator[tuple[str, tuple[int, ...], str]]:
    others = [i for i in range(n) if i != speaker]
    me = LETTERS[speaker]
    for i in others:
        yield "lies", (i,), f"{LETTERS[i]} == 0"
        yield "tells the truth", (i,), f"{LETTERS[i]} == 1"
        yield "not both honest", (i,), f"{me} == 0 or {LETTERS[i]} == 0"
        yield "one of us lies", (i,), f"{me} != {LETTERS[i]}"
    for i, j in combinations(others, 2):
        yield "same sort", (i, j), f"{LETTERS[i]} == {LETTERS[j]}"
        yield "different sorts", (i, j), f"{LETTERS[i]} != {LETTERS[j]}"
        yield "at least one lies", (i, j), f"{LETTERS[i]} == 0 or {LETTERS[j]} == 0"
        yield "both lie", (i, j), f"{LETTERS[i]} == 0 and {LETTERS[j]} == 0"
    everybody = " + ".join(LETTERS[:n])
    for honest in range(1, n):
        yield "so many are honest", (honest,), f"{everybody} == {honest}"


def _about_culprit(n: int, speaker: int) -> Iterator[tuple[str, tuple[int, ...], str]]:
    others = [i for i in range(n) if i != speaker]
    yield "it was not me", (), f"culprit != {speaker + 1}"
    for i in others:
        yield "it was", (i,), f"culprit == {i + 1}"
        yield "it was not", (i,), f"culprit != {i + 1}"
        yield "lies", (i,), f"{LETTERS[i]} == 0"
        yield "me or", (i,), f"culprit == {speaker + 1} or culprit == {i + 1}"
    for i, j in combinations(others, 2):
        yield "one of two", (i, j), f"culprit == {i + 1} or culprit == {j + 1}"


def said(rng: Random, n: int, *, culprit: bool) -> tuple[PuzzleSpace, list[DrawnClue], Assignment]:
    """The space, a statement by each of n people, and the only assignment in which all fit.

    About a culprit the first clue says how many of them tell the truth; its arguments are that number. The other
    clues' first argument is who speaks.
    """
    space = culprits(n) if culprit else liars(n)
    while True:
        chosen = _drawn(rng, n, culprit=culprit)
        left = remaining(space, chosen)
        if is_one(left):
            return space, chosen, assignments(space)[left.bit_length() - 1]


def _drawn(rng: Random, n: int, *, culprit: bool) -> list[DrawnClue]:
    chosen = []
    if culprit:
        honest = rng.randint(1, n - 1)
        chosen.append(DrawnClue("honest in all", (honest,), f"{' + '.join(LETTERS[:n])} == {honest}"))
    used: set[str] = set()
    for speaker in range(n):
        able = [made for made in _statements(n, speaker, culprit=culprit) if made[2] not in used]
        kind, about, text = rng.choice(able)
        used.add(text)
        chosen.append(DrawnClue(kind, (speaker, *about), f"({LETTERS[speaker]} == 1) == ({text})"))
    return chosen
