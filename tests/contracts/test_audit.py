"""The report is the same, whichever store the graph is in."""

import json
from dataclasses import replace

from personagraph.steering.audit import audit
from personagraph.types import Attributes
from tests.steering.audit.audited import facts
from tests.stored import fill, persona, tie


def test_an_audit_is_the_same_as_of_the_objects_that_were_stored(store):
    regions, sexes = ("south_asia", "east_asia", "unknown"), ("female", "male")
    people = [
        persona(
            f"person {i}",
            i,
            depth=i % 3,
            attributes=Attributes(region=regions[i % 3], sex=sexes[i % 2]),
            bases=Attributes(sex="words" if i % 4 else "label"),
        )
        for i in range(40)
    ]
    ties = [tie(people[i], people[i * 7 % 40], "TEACHES") for i in range(1, 40) if i * 7 % 40 != i]
    ties = sorted({r.key: r for r in ties}.values(), key=lambda r: (r.source, r.target, r.type, r.key))
    fill(store, *people, *ties)
    made = facts(people, ties)
    held = store.snapshot()
    kept = replace(made, graph=held, columns=held.attributes, _found={}, _true={})
    assert json.dumps(audit(kept)) == json.dumps(audit(made))
