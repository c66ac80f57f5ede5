"""Makes a workspace with ties in own words as they were stored while RELATED_TO was all there was: see README.md.

python -m tests.kept.own_words URL, at the one commit that README.md names; no later one needs to run it.
"""

import atexit
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from personagraph import Workspace, init_workspace
from personagraph.testing import ScriptedBackend
from personagraph.types import ChatReply, ChatRequest
from tests.commands import own_configuration
from tests.kept import cypher
from tests.kept.make import pack

HERE = Path(__file__).parent
PEOPLE = {
    "zoe": "A retired harbour master from Portugal who keeps forty tame pigeons on her roof",
    "abe": "A night porter from Ghana who writes letters to the editor about street lamps",
    "cy": "A landlord from Poland who mends the clocks of his tenants for nothing",
    "dot": "A chess teacher from Peru who once beat a bishop in eleven moves",
}
LIKE_DOT = "A chess teacher from Peru who once gladly beat a bishop in eleven moves"
OFFICE = "source,target,type\nzoe,abe,reports to\ncy,zoe,is the landlord of\nabe,cy,\n"
CLUB = "source,target,type\nzoe,dot,plays chess with\nabe,dot,TEACHES\ncy,abe,FRIEND_OF\n"
SAID = {
    "zoe": ((LIKE_DOT, "lends her ladder to", 0.4),),
    "abe": ((PEOPLE["dot"], "argues about football with", 0.6), (PEOPLE["dot"], "once lent money to", 0.5)),
    "dot": ((PEOPLE["abe"], "Once lent  money to", 0.9), (PEOPLE["cy"], "buys stamps from", 0.3)),
    "cy": (),
}


def reply(request: ChatRequest) -> ChatReply:
    """What the model says of each: whom it is tied to, in its own words."""
    [name] = [name for name, text in PEOPLE.items() if text == request.fields["ego"]]
    known = {"nature": "person", "activity": "unknown", "age": "unknown", "sex": "unknown", "region": "unknown"}
    more = {**known, "language": "unknown", "relation": "other", "former": False}
    alters = [{"description": d, "label": label, "confidence": c, **more} for d, label, c in SAID[name]]
    return ChatReply(json.dumps({"alters": alters}), "stop", 100, 10)


def make(folder: Path, url: str | None) -> None:
    """Imports with and without a direction, a model that says "other", and a merge that was taken back."""
    tables = {"nodes.csv": "id,description\n" + "".join(f"{n},{d}\n" for n, d in PEOPLE.items())}
    for name, text in {**tables, "office.csv": OFFICE, "club.csv": CLUB}.items():
        (folder / name).write_text(text, encoding="utf-8")
    with init_workspace(folder / "w", store=url) as workspace:
        for name, directed in (("office.csv", True), ("club.csv", False)):
            workspace.import_graph([folder / name], nodes=folder / "nodes.csv", directed=directed)
        model = ScriptedBackend(reply, model="gpt-4.1-mini", small=False, free=False)
        workspace.expand(max_calls=4, backend=model, concurrency=1, calls_per_ego=1)
        merges = workspace.merges()
        assert [merge.description for merge in merges] == [LIKE_DOT], merges
        workspace.undo_merge(merges[0].key)
        told(workspace)


def told(workspace: Workspace) -> None:
    """Show what was made, to whoever makes it."""
    names = {p.id: p.description for p in workspace.store.scan_personas()}
    for r in workspace.store.scan_relationships():
        print(f"{names[r.source]} -[{r.type} {r.label!r} {r.key}]-> {names[r.target]}")


def main(url: str) -> None:
    """Make it in SQLite and in the empty Neo4j database at the URL, and keep both beside this."""
    atexit.register(own_configuration())
    cypher.rebuild(url, "")
    stores: Mapping[str, Any] = {"sqlite": None, "neo4j": url}
    for kind, place in stores.items():
        with tempfile.TemporaryDirectory() as name:
            make(Path(name), place)
            settings = Path(name) / "w" / "personagraph.toml"
            settings.write_text(settings.read_text().replace(url, "neo4j://neo4j@localhost:7687"))
            pack(Path(name) / "w", HERE / f"own-words-{kind}.tar.gz")
    (HERE / "own-words.cypher").write_text(cypher.written(url), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
