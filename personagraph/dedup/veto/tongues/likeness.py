"""Whether two words that say the same say it of the same person: their forms, and the small words before them."""

from collections.abc import Sequence
from typing import Final

from personagraph.dedup.veto.tongues.reading import Said
from personagraph.dedup.veto.tongues.tongue import Language
from personagraph.text.words import unaccented

FEWEST_ACCENTS: Final = 2
"""How many words without their accents show that a text is written without any."""
_PEOPLE = ("role", "kin", "sex")
_ENDINGS = "sn"
"""What may follow the last vowel of a word."""
_WHO_DOES_IT = "order: who does it"


def unlike(x: Said, y: Said, accents: tuple[int, int], tongue: Language) -> str | None:
    """The reason why two words that say the same are not one, or None; `accents` says how many both texts have."""
    if x.exact == y.exact and x.before == y.before:
        return None
    return _by_sex(x, y, tongue) or _by_small_words(x, y, tongue) or _by_form(x, y, accents, tongue)


def others_do(mine: Sequence[Said], yours: Sequence[Said], tongue: Language) -> str | None:
    """The reason if two nouns or more have another case: "врач лечит учителя", "врача лечит учитель"."""
    if not tongue.verbs:
        return None
    changed = [x for x, y in zip(mine, yours, strict=True) if x.exact != y.exact and " " not in x.exact + y.exact]
    nouns = [x for x in changed if not x.exact.endswith(tongue.verbs) and x.category in ("", *_PEOPLE)]
    return _WHO_DOES_IT if len(nouns) > 1 else None


def _by_sex(x: Said, y: Said, tongue: Language) -> str | None:
    mine, yours = ({*unit.before, *unit.exact.split()} for unit in (x, y))
    for his in sorted(mine - yours):
        for her in sorted(yours - mine):
            if tongue.are_sexes(his, her) or tongue.disagrees(his, her):
                return f"sex: {his} / {her}"
    return None


def _by_small_words(x: Said, y: Said, tongue: Language) -> str | None:
    """The reason if a preposition or a relative says that somebody else does it, or that it goes the other way."""
    mine, yours = set(x.before), set(y.before)
    only_mine, only_yours = mine - yours, yours - mine
    if any((a, b) in tongue.opposed or (b, a) in tongue.opposed for a in only_mine for b in only_yours):
        return f"order: {' '.join(sorted(only_mine))} / {' '.join(sorted(only_yours))}"
    relations = [{tongue.relations[word] for word in side if word in tongue.relations} for side in (mine, yours)]
    if all(relations) and relations[0] != relations[1]:
        return f"relation: {' '.join(x.before)} / {' '.join(y.before)}"
    said = tongue.weighty | (tongue.objects if x.category in _PEOPLE else frozenset())
    return _WHO_DOES_IT if (mine ^ yours) & said else None


def _by_form(x: Said, y: Said, accents: tuple[int, int], tongue: Language) -> str | None:
    if x.exact == y.exact:
        return None
    if unaccented(x.exact) == unaccented(y.exact):
        return None if _are_left_out(x.exact, y.exact, accents, tongue) else f"word: {x.exact} / {y.exact}"
    if x.is_name or y.is_name:
        return f"name: {x.exact} / {y.exact}"
    if x.category or tongue.is_form(x.exact, y.exact):
        return None
    return f"word: {x.exact} / {y.exact}"


def _are_left_out(x: str, y: str, accents: tuple[int, int], tongue: Language) -> bool:
    """Whether one text is written without accents: by two words, or by one that is no other word without its accent.

    An accent on the last vowel often makes another word ("formé", "cantó", "papà"), though not in "città".
    """
    if 0 not in accents:
        return False
    if sum(accents) >= FEWEST_ACCENTS:
        return True
    ends = [word.rstrip(_ENDINGS)[-1:] for word in (x, y) if not word.endswith("tà")]
    return all(end == unaccented(end) for end in ends) and frozenset((x, y)) not in tongue.alike
