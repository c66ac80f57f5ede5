"""Whom sample and synthesize draw: by each sampler, in id order, and again from a manifest; and what is refused."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ConfigError, InputError, PersonaNotFoundError
from personagraph.graph.sampling import SAMPLERS
from personagraph.llm.simulated import SimulatedBackend
from personagraph.workspace import Workspace, init_workspace
from tests.commands import code_of
from tests.graphs import persona, tie
from tests.stored import empty, fill

WORK = ("agriculture", "clerks", "service")
REGIONS = ("east_asia", "south_asia")
PEOPLE = [
    persona(f"A {work} of {place}", number, depth=number, activity=WORK[number % 3], region=REGIONS[number % 2])
    for number, (work, place) in enumerate(
        (work, place)
        for place in ("the river", "a long valley", "the old market", "some island", "a small town", "the harbour")
        for work in ("goat herder", "clerk", "cook")
    )
]
HERMITS = [persona("A hermit of the hills", 18), persona("A diver in no crew", 19)]
HERDER = PEOPLE[0]
TIES = [
    *(tie(PEOPLE[n], PEOPLE[n + 1], ("TEACHES", "FRIEND_OF")[n % 2]) for n in range(17)),
    *(tie(PEOPLE[n], PEOPLE[n + 5], "MENTORS") for n in range(0, 12, 2)),
]
ENDS = ("herder of the river", "cook of the harbour")
EACH: dict[str, dict[str, Any]] = {
    "random": {},
    "ego": {"around": "herder of the river", "per_type": 2},
    "walk": {"around": "herder of the river", "restart": 0.3},
    "between": {"path": ENDS},
    "communities": {"even": True},
    "deficit": {"by": ["activity"], "target": "world"},
    "diverse": {},
}
"""What each sampler is told."""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "w") as made:
        fill(made.store, *PEOPLE, *HERMITS, *TIES)
        yield made


def asked(workspace: Workspace, run: str) -> list[str]:
    return [planned.step.subject for planned in workspace.ledger.steps.planned(run)]


def ids(people: list[Any]) -> list[str]:
    return [p.id for p in people]


def made(workspace: Workspace, **options: Any) -> Any:
    return workspace.synthesize("math", backend=SimulatedBackend(7), allow_mixed=True, **options)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_each_sampler_draws_by_id_and_its_manifest_draws_the_same_again(workspace, tmp_path, sampler):
    file, options = tmp_path / "drawn.jsonl", EACH[sampler]
    drawn = workspace.sample(sampler, n=6, seed=3, output=file, **options)
    assert ids(drawn) == sorted(set(ids(drawn)))
    assert len(drawn) == 6
    assert [json.loads(line)["id"] for line in file.read_text().splitlines()] == ids(drawn)
    manifest = json.loads((tmp_path / "drawn.jsonl.manifest.json").read_text())
    assert manifest["ids_sha256"] == sha256("".join(f"{id}\n" for id in ids(drawn)).encode()).hexdigest()
    assert (manifest["personas"], manifest["draw"]["sampler"], manifest["draw"]["seed"]) == (6, sampler, 3)
    for source in (file, tmp_path / "drawn.jsonl.manifest.json"):
        assert workspace.sample(drawn_from=source) == drawn
    again = made(workspace, drawn_from=tmp_path / "drawn.jsonl.manifest.json", context="persona")
    assert sorted(asked(workspace, again.run.run)) == ids(drawn)
    assert [*workspace.to_networkx(manifest=tmp_path / "drawn.jsonl.manifest.json")] == [
        p.id for p in [*PEOPLE, *HERMITS] if p.id in ids(drawn)
    ]


def test_around_somebody_the_ego_sampler_draws_unless_another_is_named(workspace):
    assert workspace.sample(n=6, around="herder of the river") == workspace.sample(
        "ego", n=6, around="herder of the river"
    )
    near = workspace.sample("random", n=99, around="herder of the river")
    assert set(ids(near)) == {HERDER.id, PEOPLE[1].id, PEOPLE[5].id}
    run = made(workspace, n=3, around="herder of the river").run.run
    assert workspace.ledger.runs.get(run).settings["sampler"] == "ego"
    assert set(asked(workspace, run)) == set(ids(near))


def test_a_sampler_stays_in_the_part_that_is_meant(workspace):
    for sampler in ("random", "communities", "deficit", "diverse"):
        found = workspace.sample(sampler, n=9, search="clerk")
        assert {p.id for p in found} <= {p.id for p in PEOPLE if "clerk" in p.description}
    two = workspace.sample("between", n=9, path=ENDS, types=["MENTORS", "TEACHES", "FRIEND_OF"])
    assert {PEOPLE[0].id, PEOPLE[17].id} <= set(ids(two))


def test_with_neighbours_only_those_who_have_some_are_drawn_and_how_many_had_none_is_said(workspace):
    told: list[str] = []
    done = made(workspace, n=20, note=told.append)
    assert set(asked(workspace, done.run.run)) == set(ids(PEOPLE))
    assert any(text.startswith("2 of those who are meant have no relationship to show") for text in told)
    assert any("18 personas can be drawn for 20 samples: they take turns" in text for text in told)
    assert all(len(line["lineage"]["personas"].split()) > 1 for line in lines_of(done.file))
    told.clear()
    alone = made(workspace, n=20, context="persona", note=told.append)
    assert set(asked(workspace, alone.run.run)) == set(ids([*PEOPLE, *HERMITS]))
    assert not any("no relationship" in text for text in told)


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_where_nobody_has_a_neighbour_that_is_said_and_refused_when_they_were_asked_for(tmp_path):
    told: list[str] = []
    with init_workspace(tmp_path / "w") as graph:
        fill(graph.store, *HERMITS)
        made(graph, n=2, note=told.append)
        assert any("has a relationship to show: each is asked about alone" in text for text in told)
        with pytest.raises(ConfigError, match=r"nobody who is meant has a relationship to show: .*--with persona"):
            made(graph, n=2, context="neighbours")


def test_the_neighbours_that_count_are_those_of_the_whole_graph(workspace):
    done = made(workspace, n=9, search="clerk")
    assert set(asked(workspace, done.run.run)) == {p.id for p in PEOPLE if "clerk" in p.description}
    with pytest.raises(ConfigError, match=r"--around: .* has no relationship to show; `--with persona`"):
        made(workspace, n=2, around="hermit", context="neighbours")
    told: list[str] = []
    assert made(workspace, n=2, around="hermit", note=told.append).run.samples == 2
    assert any("has no relationship to show: it is asked about alone" in text for text in told)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sampler": "between"}, "the sampler between needs --path"),
        ({"sampler": "between", "path": ("hermit", "diver")}, "nobody can be drawn: no path joins the two of --path"),
        ({"sampler": "between", "path": ("hermit",)}, "--path takes the two personas at its ends"),
        ({"sampler": "walk", "search": "hermit"}, "nobody can be drawn: there are no relationships yet"),
        ({"sampler": "ego", "search": "hermit"}, "nobody can be drawn: there are no relationships yet"),
        ({"sampler": "walk", "around": "astronaut"}, "nobody is named by 'astronaut'"),
        ({"sampler": "deficit", "by": ["colour"]}, "--by: .*colour"),
        ({"sampler": "deficit", "target": "wrld"}, "no target is called 'wrld'.*did you mean world"),
        ({"sampler": "deficit", "search": "hermit"}, "nobody is known to be in a cell that the target wants"),
        ({"sampler": "random", "even": True}, "--even means nothing to the sampler random; .*--sampler communities"),
        ({"sampler": "nearest"}, "--sampler 'nearest' is not known; it can be random or ego"),
        ({"n": 0}, "-?-n is 0; it must be 1 or more"),
        ({"drawn_from": "a.manifest.json", "manifest": "b.manifest.json"}, "--from and --manifest both name a file"),
    ],
)
def test_what_draws_nobody_is_refused_before_anything_is_asked(workspace, tmp_path, options, says, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        Path(f"{name}.manifest.json").write_text('{"selection": {}}')
    sampler = options.pop("sampler", None)
    with pytest.raises((ConfigError, PersonaNotFoundError), match=says):
        workspace.sample(sampler, **options)
    with pytest.raises((ConfigError, PersonaNotFoundError), match=says):
        made(workspace, sampler=sampler, context="persona", **options)
    assert not workspace.ledger.runs.all()


def test_nobody_is_drawn_from_an_empty_graph(tmp_path):
    with init_workspace(tmp_path / "w") as graph, pytest.raises(ConfigError, match="there is nobody to draw"):
        graph.sample(n=3)


def test_more_than_there_are_is_everybody_and_the_command_says_so(workspace, monkeypatch, capsys):
    monkeypatch.setenv("PERSONAGRAPH_WORKSPACE", str(workspace.folder))
    assert code_of("sample", "--sampler", "diverse", "-n", "50") == 0
    assert "20 of 50: there are no more" in capsys.readouterr().err


def test_a_graph_that_gives_others_by_now_is_an_error_that_says_what_has_changed(workspace, tmp_path):
    file = tmp_path / "drawn.jsonl"
    drawn = workspace.sample(n=9, around="herder of the river", output=file)
    fill(workspace.store, persona("A piper of the fair", 20))
    assert workspace.sample(drawn_from=file) == drawn, "the same, though the graph has grown"
    workspace.sample("random", n=6, depth="0-9", output=file)
    fill(workspace.store, *(persona(f"A piper of fair {n}", 21 + n) for n in range(40)))
    with pytest.raises(ConfigError, match=r"the graph no longer gives the same personas.*draw anew without --from"):
        workspace.sample(drawn_from=file)


def test_from_an_export_the_same_part_is_drawn_as_long_as_it_is_the_same(workspace, tmp_path):
    workspace.export(tmp_path / "part.graphml", format="graphml", search="clerk")
    workspace.export(tmp_path / "folder", format="csv", search="clerk")
    clerks = sorted(p.id for p in PEOPLE if "clerk" in p.description)
    for source in ("part.graphml", "part.graphml.manifest.json", "folder"):
        assert ids(workspace.sample(drawn_from=tmp_path / source)) == clerks
    some = workspace.sample("diverse", n=2, drawn_from=tmp_path / "folder")
    assert set(ids(some)) < set(clerks)
    assert workspace.sample(drawn_from=tmp_path / "folder", search="harbour") == [PEOPLE[16]]
    run = made(workspace, drawn_from=tmp_path / "part.graphml").run.run
    assert sorted(asked(workspace, run)) == clerks
    fill(workspace.store, persona("A clerk of the canal", 20))
    with pytest.raises(ConfigError, match=r"part\.graphml: the graph no longer gives the same personas"):
        workspace.sample(drawn_from=tmp_path / "part.graphml")
    (tmp_path / "part.graphml").write_text("<graphml/>")
    with pytest.raises(InputError, match=r"part\.graphml: is not as part\.graphml\.manifest\.json has it"):
        workspace.sample(drawn_from=tmp_path / "part.graphml")


def test_from_samples_those_are_drawn_whom_they_were_asked_from_here_and_where_the_graph_is_the_same(
    workspace, tmp_path
):
    output = tmp_path / "samples.jsonl"
    first = made(workspace, n=5, output=output)
    wanted = sorted(set(asked(workspace, first.run.run)))
    assert ids(workspace.sample(drawn_from=output)) == wanted
    again = made(workspace, drawn_from=output)
    assert sorted(asked(workspace, again.run.run)) == wanted
    with init_workspace(tmp_path / "other") as other:
        fill(other.store, *PEOPLE, *HERMITS, *TIES)
        assert ids(other.sample(drawn_from=output)) == wanted
        manifest = tmp_path / "samples.jsonl.manifest.json"
        data = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**data, "settings": {**data["settings"], "seed": 9}}))
        with pytest.raises(ConfigError, match="the graph no longer gives the same"):
            other.sample(drawn_from=manifest)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("it.manifest.json", "[]", "is no manifest of a sample, of an export or of samples"),
        ("it.manifest.json", "{", "is not JSON"),
        ("it.manifest.json", '{"draw": {"sampler": "first", "n": 3}}', "a draw cannot be read: options"),
        (
            "it.manifest.json",
            '{"draw": {"sampler": "first", "n": 3, "options": {}, "selection": {}}}',
            "--sampler 'first' is not known",
        ),
        (
            "it.manifest.json",
            '{"draw": {"sampler": "deficit", "n": 3, "options": {"by": ["age"]}, "selection": {}}}',
            "the sampler deficit needs --target",
        ),
        (
            "it.manifest.json",
            '{"draw": {"sampler": "ego", "n": 3, "options": {"hops": "2"}, "selection": {}}}',
            "hops: Input should be a valid integer",
        ),
        ("it.manifest.json", '{"selection": {"colour": "red"}}', "a selection has no 'colour'"),
        ("it.manifest.json", '{"run": "r9", "samples": 3}', "samples that another workspace made"),
        ("it.txt", "nobody", r"has no it\.txt\.manifest\.json beside it"),
        ("it.jsonl", '{"name": "x"}', "no field 'id'"),
        ("it.csv", "id\nnobody\n", "'nobody' is nobody's id"),
    ],
)
def test_a_file_that_names_nobody_is_refused_by_its_name(workspace, tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    with pytest.raises((ConfigError, InputError), match=rf"it\.\S+.*{says}"):
        workspace.sample(drawn_from=tmp_path / name)
    with pytest.raises(InputError, match=r"missing\.jsonl.*there is no such file"):
        workspace.sample(drawn_from=tmp_path / "missing.jsonl")


def test_rows_with_ids_are_drawn_from_without_a_manifest(workspace, tmp_path):
    (tmp_path / "some.csv").write_text(f"id,name\n{PEOPLE[3].id},x\n{PEOPLE[1].id[:12]},y\n")
    assert set(ids(workspace.sample(drawn_from=tmp_path / "some.csv"))) == {PEOPLE[1].id, PEOPLE[3].id}


@pytest.mark.parametrize("sampler", ["deficit", "between", "ego"])
def test_a_synthesis_that_goes_on_keeps_its_draw(workspace, sampler):
    options = EACH[sampler]
    asks = iter(range(99))
    stopping = {"stopping": lambda: next(asks) > 3, "concurrency": 1}
    first = made(workspace, n=6, sampler=sampler, **options, **stopping)
    before = asked(workspace, first.run.run)
    assert first.run.status == "interrupted"
    with pytest.raises(ConfigError, match="is unfinished"):
        made(workspace, sampler="diverse")
    last = made(workspace)
    assert last.run.run == first.run.run
    assert asked(workspace, last.run.run)[: len(before)] == before
    assert len(set(asked(workspace, last.run.run))) == 6


@pytest.mark.neo4j
def test_both_stores_draw_the_same(workspace, tmp_path, neo4j_url, neo4j_password, monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", neo4j_password)
    empty(neo4j_url)
    with init_workspace(tmp_path / "other", store=neo4j_url) as other:
        fill(other.store, *PEOPLE, *HERMITS, *TIES)
        for sampler, options in EACH.items():
            file = tmp_path / f"{sampler}.jsonl"
            drawn = workspace.sample(sampler, n=7, seed=5, output=file, **options)
            assert other.sample(sampler, n=7, seed=5, **options) == drawn, sampler
            assert other.sample(drawn_from=file) == drawn, sampler
