"""How a hint is told in words, and what the form of a reply then allows: wishes for the alters of a call."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from personagraph.steering.hints import OLDEST, YOUNGEST, aim_of, shown_by, years_of
from personagraph.steering.policies.policy import Hint
from personagraph.text.english import article
from personagraph.types import UNKNOWN
from personagraph.vocabulary.ages import read_age
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.occupations import titles
from personagraph.vocabulary.places import read_region
from personagraph.vocabulary.sexes import SEX_WORDS, title_sex
from personagraph.vocabulary.work_names import trie_pattern

IN_FIELDS = ("occupation", "country", "age", "sex")
"""What short fields can say of what a hint names."""
NTH = ("first", "second", "third", "fourth", "fifth")
_PEOPLE: Mapping[str, tuple[str, str]] = {
    "female": ("girl", "woman"),
    "male": ("boy", "man"),
    "other": ("non-binary child", "non-binary person"),
    UNKNOWN: ("child", "person"),
}
"""Who it is where no occupation says so: a child, and somebody who is grown."""


def hints_of(fields: Mapping[str, Any]) -> list[Hint]:
    """The wishes of a step, one for each of its first alters."""
    one = fields.get("hint")
    return list(fields.get("hints") or ([one] if one else []))


def wish(hint: Hint, others: str = "the others") -> str:
    """The hint as a phrase: "a 70-year-old female rice farmer from Vietnam who speaks Tay".

    `others` is what those are called whose descriptions it shows.
    """
    ties = [f"speaks {hint['language']}"] if "language" in hint else []
    ties += [f"could belong with {others}"] if shown_by(hint) else []
    told = f" who {' and '.join(ties)}" if ties else ""
    words = _who(hint)
    return f"{article(words)} {words}{told}" if words else f"someone{told}"


def someone(hint: Hint) -> str:
    """The hint as a sentence for a small model: "Someone who is a rice farmer from Vietnam."."""
    words = wish(hint)
    return f"S{words[1:]}." if words.startswith("someone ") else f"Someone who is {words}."


def like_lines(hints: Iterable[Hint]) -> str:
    """The descriptions that hints show, numbered, a line each."""
    shown = [text for hint in hints for text in shown_by(hint)]
    return "\n".join(f"{n}: {text}" for n, text in enumerate(shown, 1))


def phrases(hints: Iterable[Hint]) -> list[str]:
    """Each hint as a phrase; the descriptions that they show go by their numbers in `like_lines`."""
    told, first = [], 1
    for hint in hints:
        last = first + len(shown_by(hint))
        told.append(wish(hint, f"other{'s' * (last - first > 1)} {' and '.join(map(str, range(first, last)))}"))
        first = last
    return told


def wishes(told: Sequence[str], *, narrow: bool = False, count: int = 0) -> str:
    """A sentence that says what the first of `count` alters are ideally, with a space before; empty for no phrase.

    Where the form is `narrow`, they are so: then no other could be answered.
    """
    if not told:
        return ""
    if narrow:
        whom = ["It is"] if count == len(told) == 1 else [f"The {nth} is" for nth in NTH]
        return "".join(f" {begins} {one}." for begins, one in zip(whom, told, strict=False))
    parts = [f"the {nth}{' is ideally' * (n == 0)} {one}" for n, (nth, one) in enumerate(zip(NTH, told, strict=False))]
    listed = ", ".join(parts[:-1]) + " and " * (len(parts) > 1) + parts[-1]
    return f" T{listed[1:]}, {'each ' * (len(parts) > 1)}only if that is plausible."


def short_form(properties: Mapping[str, Any], hint: Hint, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """What a form of short fields allows where it allows nothing but what the hint names.

    Occupations are all titles of that activity, but for those `without`, countries those of that region, years those of
    that age band. Where this would leave nothing, the field stays as it is.
    """
    aim, narrow = aim_of(hint), dict(properties)
    if wanted := hint.get("occupation"):
        kept = {*(titles(aim["activity"]) if "activity" in aim else ())} - {*without} | {wanted}
        narrow["occupation"] = {"type": "string", "pattern": f"^{trie_pattern(kept)}$"}
    countries = properties["country"]["enum"]
    if kept_countries := [name for name in countries if "region" in aim and read_region(name) == aim["region"]]:
        narrow["country"] = {"type": "string", "enum": kept_countries}
    if "age" in aim and (years := years_of(aim.get("activity", ""), aim["age"])):
        narrow["age"] = {"type": "integer", "minimum": max(years[0], YOUNGEST), "maximum": min(years[-1], OLDEST)}
    if "sex" in aim and "sex" in properties:
        narrow["sex"] = {"type": "string", "enum": [SEX_WORDS[aim["sex"]]]}
    return narrow


def stated_form(properties: Mapping[str, Any], hints: Iterable[Hint]) -> dict[str, Any]:
    """What a form of stated attributes allows where it allows nothing but what any of the hints name.

    An attribute that one of them leaves open stays open.
    """
    aims, narrow = [aim_of(hint) for hint in hints], dict(properties)
    for name in ATTRIBUTES:
        if name in properties and all(name in aim for aim in aims):
            narrow[name] = {**properties[name], "enum": list(dict.fromkeys(aim[name] for aim in aims))}
    return narrow


def head_of(description: str) -> str:
    """The phrase that a description opens with, as a wish: "A baker from Peru who sings" → "a baker from Peru"."""
    head = description.partition(" who ")[0]
    return head[:1].lower() + head[1:]


def _who(hint: Hint) -> str:
    """Age, sex and occupation or what stands for it, and the country; empty where none of them is named."""
    sex, age, work = hint.get("sex", UNKNOWN), hint.get("age", ""), hint.get("occupation", "")
    place = f"from {hint['country']}" if "country" in hint else ""
    if not (work or age or place or sex != UNKNOWN or "language" in hint):
        return ""
    is_grown = read_age(f"{age} years old") != "0-14"
    who = _PEOPLE.get(sex, _PEOPLE[UNKNOWN])[is_grown]
    if work:
        who = work if title_sex(work) == sex else f"{SEX_WORDS.get(sex, '')} {work}".strip()
    return " ".join(filter(None, (f"{age}-year-old" if age else "", who, place)))
