"""Makes the tables of personagraph/dedup/veto/tongues from Unicode's CLDR: numbers in words, and names of countries.

    npm pack cldr-localenames-full && tar xzf cldr-localenames-full-*.tgz
    uv run --with unicode-rbnf python scripts/tongue_tables.py package

Both packages carry data of CLDR, under the licence that lies beside the tables.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from unicode_rbnf import RbnfEngine

TABLES = Path(__file__).resolve().parents[1] / "personagraph" / "dedup" / "veto" / "tongues"
NAMES = TABLES.parents[2] / "vocabulary" / "reference" / "country_names.tsv"
READ = ("ar", "de", "es", "fr", "it", "pt", "ru", "zh")
"""The languages that have a file of their own: they get compound numbers, ordinals and countries, too."""
NAMED = (*READ, "bn", "el", "fa", "hi", "id", "ja", "ko", "nl", "pl", "sv", "th", "tr", "uk", "ur", "vi")
"""The languages that countries are named in."""
ALSO = {"zh": ("zh-Hant", "zh-Hant-HK"), "pt": ("pt-PT",)}
"""Other ways to write a language, in which countries may have other names."""
PARTS = (*range(2, 21), *range(30, 100, 10), 100, 1000)


def main(names: Path) -> None:
    write(TABLES / "numbers.tsv", ("tongue", "number", "words"), numbers())
    write(NAMES, ("tongue", "country", "names"), countries(names))


def write(file: Path, header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, delimiter="\t", lineterminator="\n").writerows([header, *rows])


def numbers() -> Iterator[tuple[str, str, str]]:
    for code in sorted(RbnfEngine.get_supported_languages()):
        if "_" in code or code == "en":
            continue
        engine = RbnfEngine.for_language(code)
        for number in (*range(2, 100), 100, 1000) if code in READ else PARTS:
            if spelled := in_words(engine, number, "spellout-cardinal", single=code not in READ):
                yield code, str(number), ";".join(spelled)
        for number in range(1, 21) if code in READ else ():
            if spelled := in_words(engine, number, "spellout-ordinal", single=False):
                yield code, f"{number}.", ";".join(spelled)


def in_words(engine: RbnfEngine, number: int, kind: str, *, single: bool) -> list[str]:
    """Every form of a number, in any gender and case; those of one word only, if `single`."""
    found: dict[str, None] = {}
    for ruleset in engine.rulesets:
        if ruleset.startswith(kind):
            words = engine.format_number(number, ruleset_names=[ruleset]).text.replace("\u00ad", "").strip()
            if words and not any(char.isdigit() for char in words) and not (single and (" " in words or "-" in words)):
                found[words] = None
    return list(found)


def countries(folder: Path) -> Iterator[tuple[str, str, str]]:
    for code in sorted(NAMED):
        names: dict[str, dict[str, None]] = {}
        for locale in (code, *ALSO.get(code, ())):
            text = (folder / "main" / locale / "territories.json").read_text(encoding="utf-8")
            for key, name in json.loads(text)["main"][locale]["localeDisplayNames"]["territories"].items():
                country = key.partition("-")[0]
                if len(country) == 2 and country.isalpha() and country not in ("ZZ", "XA", "XB", "EZ", "EU", "UN"):
                    names.setdefault(country, {})[name] = None
        yield from ((code, country, ";".join(found)) for country, found in sorted(names.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
