"""The verbs that take a part of the graph mean the same by the same options, and say what is wrong with one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ConfigError, InputError, PersonaNotFoundError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.workspace import Workspace, init_workspace
from tests.commands import code_of
from tests.graphs import persona, tie
from tests.stored import fill

PEOPLE = [
    persona("A goat herder", 0, region="east_asia"),
    persona("A cook of soups", 1, depth=1, region="south_asia"),
    persona("A clerk of the harbour", 2, depth=2),
    persona("A cook of stews", 3, depth=3, run="r2"),
    persona("A hermit", 4, depth=None, run="r2"),
]
HERDER, SOUPS, CLERK, STEWS, HERMIT = PEOPLE
TIES = [tie(HERDER, SOUPS), tie(SOUPS, CLERK), tie(CLERK, STEWS, "FRIEND_OF")]
PARTS: list[tuple[dict[str, Any], list[Any]]] = [
    ({}, PEOPLE),
    ({"around": "goat herder"}, [HERDER, SOUPS]),
    ({"around": HERDER.id[:9], "hops": 2}, [HERDER, SOUPS, CLERK]),
    ({"path": ("goat herder", "stews")}, [HERDER, SOUPS, CLERK, STEWS]),
    ({"types": ["FRIEND_OF"]}, [CLERK, STEWS]),
    ({"community": 3}, [HERMIT]),
    ({"cell": "region=south_asia"}, [SOUPS]),
    ({"runs": ["r2"]}, [STEWS, HERMIT]),
    ({"depth": 2}, [CLERK]),
    ({"depth": "1-2", "search": "cook"}, [SOUPS]),
    ({"depth": "none"}, [HERMIT]),
    ({"search": "cook"}, [SOUPS, STEWS]),
    ({"ids": [HERMIT.id, HERDER.id]}, [HERDER, HERMIT]),
    ({"around": "clerk", "search": "cook", "types": ["TEACHES"]}, [SOUPS]),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "w") as made:
        fill(made.store, *PEOPLE, *TIES)
        yield made


def ids(people: list[Any]) -> set[str]:
    return {p.id for p in people}


@pytest.mark.parametrize(("options", "expected"), PARTS, ids=[" ".join(options) or "all" for options, _ in PARTS])
def test_samples_exports_and_graphs_for_networkx_are_of_the_same_personas(workspace, tmp_path, options, expected):
    assert ids(workspace.sample("random", n=9, **options)) == ids(expected)
    assert [*workspace.to_networkx(**options)] == [p.id for p in expected]
    done = workspace.export(tmp_path / "out.json", format="json", **options)
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [node["id"] for node in written["nodes"]] == [p.id for p in expected]
    assert done.personas == len(expected)


def asked(workspace: Workspace, run: str) -> set[str]:
    return {planned.step.subject for planned in workspace.ledger.steps.planned(run)}


@pytest.mark.parametrize(("options", "expected"), PARTS[1:4], ids=["around", "hops", "path"])
def test_a_synthesis_asks_those_of_its_part(workspace, options, expected):
    made = workspace.synthesize("math", n=6, sampler="random", backend=SimulatedBackend(7), allow_mixed=True, **options)
    assert asked(workspace, made.run.run) == ids(expected)


def test_a_synthesis_that_goes_on_keeps_its_part_and_refuses_another(workspace):
    first = workspace.synthesize("math", n=6, search="cook", max_calls=1, backend=SimulatedBackend(7), allow_mixed=True)
    run = first.run.run
    if first.run.status == "done":
        assert workspace.ledger.runs.get(run).settings["selection"] == {"search": "cook"}
        return
    with pytest.raises(ConfigError, match="is unfinished and has selection"):
        workspace.synthesize("math", search="clerk", backend=SimulatedBackend(7))
    workspace.synthesize("math", backend=SimulatedBackend(7), max_calls=6)
    assert asked(workspace, run) == ids([SOUPS, STEWS])


def test_the_ego_sampler_begins_where_around_says_and_stays_in_the_part(workspace):
    assert workspace.sample("ego", n=1, around="clerk") == [CLERK]
    assert ids(workspace.sample("ego", n=9, around="clerk")) == ids([CLERK, SOUPS, STEWS, HERDER])
    assert ids(workspace.sample("ego", n=9, around="clerk", hops=1)) == ids([CLERK, SOUPS, STEWS])
    assert ids(workspace.sample("ego", n=9, around="clerk", types=["TEACHES"])) == ids([CLERK, SOUPS, HERDER])
    with pytest.raises(ConfigError, match=f"--around: {HERMIT.id[:12]} is not in the part"):
        workspace.sample("ego", n=9, around="hermit", search="cook")
    with pytest.raises(ConfigError, match="nobody can be drawn"):
        workspace.synthesize("math", sampler="ego", search="cook", backend=SimulatedBackend(7), allow_mixed=True)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"hops": 2}, "--hops counts from a persona; name one with --around"),
        ({"around": "clerk", "hops": 0}, "--hops is 0"),
        ({"around": "astronaut"}, "nobody is named by 'astronaut'"),
        ({"path": ["clerk"]}, "--path takes the two personas at its ends"),
        ({"path": ["clerk", "hermit"]}, "nobody is in --path .*; no path joins the two"),
        ({"cell": "region=atlantis"}, "'atlantis' is no region; it can be"),
        ({"cell": "region=north_america"}, "nobody is in --cell .*; `personagraph coverage` shows who is there"),
        ({"community": 0}, "--community 0: there are 3, numbered from 1"),
        ({"types": ["LOVES"]}, "LOVES"),
        ({"types": ["OPPOSES"]}, "nobody is in --type OPPOSES; there are FRIEND_OF, TEACHES"),
        ({"runs": ["r9"]}, "--run 'r9' let nobody in that is in the graph; it can be r1, r2"),
        ({"depth": 7}, "nobody is in --depth '7'; the depths are 0 to 3, and none"),
        ({"depth": "deep"}, "--depth 'deep' is no range of depths"),
        ({"search": "pilot"}, "nobody is in --search 'pilot'"),
        ({"ids": []}, "nobody is in --ids; it lists nobody"),
        ({"search": "cook", "depth": 2}, r"nobody is in all of --depth '2' \(1\), --search 'cook' \(2\); leave one"),
    ],
)
def test_an_option_that_means_nobody_is_named_with_what_there_is_instead(workspace, tmp_path, options, says):
    for verb in (workspace.to_networkx, lambda **o: workspace.sample("random", n=3, **o)):
        with pytest.raises((ConfigError, PersonaNotFoundError), match=says):
            verb(**options)
    with pytest.raises((ConfigError, PersonaNotFoundError), match=says):
        workspace.export(tmp_path / "out", format="csv", **options)
    assert not (tmp_path / "out").exists()


def test_a_misspelt_option_is_refused_with_the_nearest_one(workspace):
    with pytest.raises(TypeError, match=r"to_networkx\(\) has no option 'arund'; did you mean 'around'"):
        workspace.to_networkx(arund="clerk")
    with pytest.raises(TypeError, match=r"sample\(\) has no option 'dept'; did you mean 'depth'"):
        workspace.sample(n=2, dept=3)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ids.txt", f"\ufeff{HERMIT.id}\r\n\r\n  {CLERK.id[:10].upper()} \n{HERMIT.id}\n"),
        ("ids.csv", f"name,id\nsomebody,{HERMIT.id}\nanother,{CLERK.id}\n"),
        ("ids.jsonl", f'{{"id": "{HERMIT.id}"}}\n{{"id": "{CLERK.id}"}}\n'),
    ],
)
def test_a_file_lists_who_is_meant(workspace, tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert [*workspace.to_networkx(ids=tmp_path / name)] == [CLERK.id, HERMIT.id]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("ids.txt", f"{HERMIT.id}\nnobody\n", r"ids\.txt, line 2: 'nobody' is nobody's id"),
        ("ids.txt", f"{HERMIT.id}\n\n{'0' * 32}\n", r"ids\.txt, line 3: '0{32}' is nobody's id"),
        ("ids.txt", "%\n", r"ids\.txt, line 1: '%' is nobody's id"),
        ("ids.csv", f"name\n{HERMIT.id}\n", r"ids\.csv, line 1: no column 'id'"),
        ("ids.csv", "id,name\n,x\n", r"ids\.csv, line 2: it has no id"),
        ("ids.jsonl", '{"id": 3}\n', r"ids\.jsonl, line 1: '3' is"),
        ("ids.jsonl", '{"name": "x"}\n', r"ids\.jsonl, line 1: no field 'id'"),
    ],
)
def test_a_line_that_names_nobody_is_told_with_its_file(workspace, tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=says):
        workspace.to_networkx(ids=tmp_path / name)


def test_the_manifest_of_an_export_means_the_same_part_and_other_options_hold_too(workspace, tmp_path):
    workspace.export(tmp_path / "one.json", format="json", around="clerk", types=["TEACHES", "FRIEND_OF"])
    manifest = tmp_path / "one.json.manifest.json"
    assert [*workspace.to_networkx(manifest=manifest)] == [p.id for p in (SOUPS, CLERK, STEWS)]
    again = workspace.export(tmp_path / "two.json", format="json", manifest=manifest)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert str(tmp_path) not in (tmp_path / "two.json.manifest.json").read_text()
    assert [*workspace.to_networkx(manifest=tmp_path / "two.json.manifest.json", search="cook")] == [SOUPS.id, STEWS.id]
    assert again.personas == 3


def test_a_manifest_of_an_older_version_is_read(workspace, tmp_path):
    selection = {"around": CLERK.id, "hops": 1, "types": [], "ids": None}
    (tmp_path / "old.manifest.json").write_text(json.dumps({"format": "csv", "selection": selection}))
    assert [*workspace.to_networkx(manifest=tmp_path / "old.manifest.json")] == [p.id for p in (SOUPS, CLERK, STEWS)]


def test_the_manifest_of_samples_means_whom_they_are_about(workspace, tmp_path):
    output = tmp_path / "samples.jsonl"
    workspace.synthesize("math", n=4, search="cook", output=output, backend=SimulatedBackend(7), allow_mixed=True)
    manifest = tmp_path / "samples.jsonl.manifest.json"
    about = {json.loads(line)["lineage"]["personas"].split()[0] for line in output.read_text().splitlines()}
    assert set(workspace.to_networkx(manifest=manifest)) == about <= ids([SOUPS, STEWS])
    data = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**data, "settings": {**data["settings"], "n": 5}}))
    with pytest.raises(InputError, match="samples that another workspace made"):
        workspace.to_networkx(manifest=manifest)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not JSON"),
        ("[]", "is no manifest of an export or of samples"),
        ("[" * 100_000, "is not JSON"),
        ('{"selection": {"colour": "red"}}', "a selection has no 'colour'"),
        ('{"selection": {"ids": 3}}', "a selection cannot be read: ids"),
        ('{"run": "r77", "samples": 3}', "samples that another workspace made"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused_by_its_name(workspace, tmp_path, text, says):
    (tmp_path / "it.json").write_text(text)
    with pytest.raises(InputError, match=rf"it\.json: .*{says}"):
        workspace.to_networkx(manifest=tmp_path / "it.json")


def test_the_command_line_says_it_the_same_way_everywhere(workspace, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PERSONAGRAPH_WORKSPACE", str(workspace.folder))
    words = ("--path", "goat herder", "stews", "--search", "cook", "--run", "r1", "--run", "r2", "--depth", "1-3")
    assert code_of("sample", "-n", "9", "--json", *words) == 0
    drawn = json.loads(capsys.readouterr().out)["personas"]
    assert {p["id"] for p in drawn} == ids([SOUPS, STEWS])
    assert code_of("export", "--format", "json", "--output", str(tmp_path / "out.json"), "--json", *words) == 0
    assert json.loads(capsys.readouterr().out)["personas"] == 2
    assert code_of("sample", "--run", "r9") == 2
    assert "--run 'r9' let nobody in" in capsys.readouterr().err
    assert code_of("export", "--format", "json", "--output", str(tmp_path / "no.json"), "--depth", "9") == 1
    assert "the depths are 0 to 3" in capsys.readouterr().err
