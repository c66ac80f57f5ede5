"""Personas are found by what their description means; the index behind it is derived, and never in the way."""

import errno
import json
import os
import shutil

import numpy as np
import pytest

from personagraph.errors import ConfigError, UsageError
from personagraph.workspace import open_workspace
from tests.commands import personagraph
from tests.sessions import can_seal, command

ROWS = (
    "A nurse who works nights in a maternity ward",
    "A physician at a small hospital",
    "A farmer who grows rice near the coast",
    "A software engineer who plays chess",
    "A teacher of mathematics at a village school",
    "Слесарь из Омска, который чинит насосы",
)
LIKE = ("search", "--like", "someone who treats patients in a clinic", "--limit", "2")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace with these personas."""
    folder = tmp_path_factory.mktemp("made") / "w"
    seeds = folder.parent / "seeds.jsonl"
    seeds.write_text("".join(json.dumps({"persona": row}) + "\n" for row in ROWS))
    personagraph("init", folder, folder=folder)
    personagraph("import", seeds, folder=folder)
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "w")


def told(folder, *words):
    return json.loads(personagraph(*words, "--json", folder=folder))


def test_who_means_what_a_text_says_is_found_in_other_words(folder):
    found = told(folder, *LIKE)
    assert {p["description"] for p in found["personas"]} == set(ROWS[:2])
    cosines = [p["cosine"] for p in found["personas"]]
    assert cosines == sorted(cosines, reverse=True)
    assert found["encoder"].startswith("static-")
    assert found["unread"] == 1
    said = personagraph(*LIKE, folder=folder).splitlines()
    assert float(said[0].split()[0]) == pytest.approx(cosines[0], abs=0.001)
    assert said[-1].startswith("not compared: 1, ")


def test_the_words_of_a_persona_in_another_order_are_nearest_to_it(folder):
    with open_workspace(folder) as workspace:
        alike = workspace.like("at a village school a teacher of mathematics", limit=1)
    [(persona, cosine)] = alike.personas
    assert (persona.description, round(cosine, 2)) == (ROWS[4], 1.0)


def test_who_entered_since_is_found(folder, tmp_path):
    told(folder, *LIKE)
    more = tmp_path / "more.jsonl"
    more.write_text(json.dumps({"persona": "A doctor who treats patients in a clinic"}) + "\n")
    personagraph("import", more, folder=folder)
    assert told(folder, *LIKE)["personas"][0]["description"] == "A doctor who treats patients in a clinic"


DAMAGES = {
    "cut in half": lambda held: held[: len(held) // 2],
    "empty": lambda held: b"",
    "longer": lambda held: held + b"x",
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_an_index_that_is_damaged_or_gone_is_made_again(folder, damage):
    found = told(folder, *LIKE)
    file = folder / "index" / "vectors"
    held = file.read_bytes()
    file.write_bytes(damage(held))
    assert told(folder, *LIKE) == found
    assert file.read_bytes() == held
    shutil.rmtree(folder / "index")
    assert told(folder, *LIKE) == found


def test_a_text_that_the_encoder_cannot_read_is_named(folder):
    said = personagraph("search", "--like", "слесарь", folder=folder, code=2)
    assert "cannot read 'слесарь'" in said
    assert "encoder" in said


def test_no_more_are_looked_for_than_make_sense(folder):
    with open_workspace(folder) as workspace, pytest.raises(UsageError, match="at most 1000"):
        workspace.like("a nurse", limit=1001)


def test_an_empty_graph_has_nobody(tmp_path):
    personagraph("init", tmp_path / "w", folder=tmp_path / "w")
    assert told(tmp_path / "w", *LIKE)["personas"] == []


def test_an_index_that_leads_elsewhere_is_not_followed(folder, tmp_path):
    told(folder, *LIKE)
    (folder / "index").rename(tmp_path / "elsewhere")
    (folder / "index").symlink_to(tmp_path / "elsewhere")
    with open_workspace(folder) as workspace, pytest.raises(ConfigError, match="link"):
        workspace.like("a nurse")


@pytest.mark.slow
def test_a_disk_that_is_full_is_told_and_leaves_the_index_as_it_was(folder, tmp_path):
    told(folder, *LIKE)
    held = (folder / "index" / "vectors").read_bytes()
    more = tmp_path / "more.jsonl"
    names = [format(n * 7919, "x") for n in range(1000)]
    more.write_text(
        "".join(json.dumps({"persona": f"{a} {b} of {b}{a}"}) + "\n" for a, b in zip(names, names[7:], strict=False))
    )
    personagraph("import", more, folder=folder)
    said = command(*LIKE, folder=folder, largest=150_000)
    assert said.code == 0, said.err
    assert ROWS[0] in said.out
    assert f"{folder / 'index' / 'vectors'} cannot be written" in said.err
    assert "make room there" in said.err
    assert {file.name: file.read_bytes() for file in (folder / "index").iterdir()} == {"vectors": held}
    assert {p["description"] for p in told(folder, *LIKE)["personas"]} == set(ROWS[:2])


def test_a_disk_that_is_full_keeps_nobody_from_an_answer(folder, monkeypatch):
    from personagraph.meaning.nearest import index

    told: list[str] = []
    with open_workspace(folder) as workspace:
        found = workspace.like("a nurse", note=told.append)
        assert told == []
    shutil.rmtree(folder / "index")

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(index, "write_arrays", full)
    with open_workspace(folder) as workspace:
        assert workspace.like("a nurse", note=told.append) == found
    [line] = told
    assert line.startswith(f"{folder / 'index' / 'vectors'} cannot be written: No space left on device; make room")
    assert list((folder / "index").iterdir()) == []


def test_an_index_that_names_whom_the_graph_does_not_have_is_mended(folder):
    from personagraph.meaning.nearest import Nearest

    with open_workspace(folder) as workspace:
        found = workspace.like("a nurse")
        gone = found.personas[0][0].id
    index = Nearest.open(folder / "index")
    assert index is not None
    index.remove([gone])
    index.add(["f" * 32], np.eye(1, index.dims, dtype=np.float32))
    index.save(folder / "index")
    with open_workspace(folder) as workspace:
        assert workspace.like("a nurse", limit=20).personas[: len(found.personas)] == found.personas
    mended = Nearest.open(folder / "index")
    assert mended is not None
    assert "f" * 32 not in {key.decode() for key in mended.keys().tolist()}


@pytest.mark.parametrize("at", [0.3, 0.5, 0.7, 0.9])
def test_bytes_that_were_changed_in_the_index_change_no_answer(folder, at):
    with open_workspace(folder) as workspace:
        found = workspace.like("a nurse")
    file = folder / "index" / "vectors"
    held = file.read_bytes()
    first = int(len(held) * at)
    flipped = bytes(byte ^ 0xFF for byte in held[first : first + 20])
    file.write_bytes(held[:first] + flipped + held[first + 20 :])
    with open_workspace(folder) as workspace:
        assert workspace.like("a nurse") == found
    assert file.read_bytes() == held


@pytest.mark.skipif(not can_seal(), reason="only root can mount a folder so that nobody can write to it")
def test_a_workspace_that_cannot_be_written_to_is_searched_all_the_same(folder):
    said = command(*LIKE, "--json", folder=folder, sealed=True)
    assert said.code == 0, said.err
    assert {p["description"] for p in json.loads(said.out)["personas"]} == set(ROWS[:2])
    assert not os.path.lexists(folder / "index")


@pytest.mark.slow
@pytest.mark.neo4j
def test_a_graph_in_neo4j_gives_the_same(folder, neo4j_url, neo4j_password):
    from tests.stored import empty

    empty(neo4j_url)
    here = told(folder, *LIKE)
    password = {"PERSONAGRAPH_TARGET_PASSWORD": neo4j_password, "PERSONAGRAPH_STORE_PASSWORD": neo4j_password}
    personagraph("store", "copy", "--to", neo4j_url, folder=folder, **password)
    there = json.loads(personagraph(*LIKE, "--json", "--store", neo4j_url, folder=folder, **password))
    assert there == here
