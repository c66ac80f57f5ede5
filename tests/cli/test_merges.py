"""How merges are told: the words are marked that only one of the texts has."""

import json
import time

import pytest

from personagraph.cli.tables.merges import differing, marked
from tests.commands import personagraph


def told(a: str, b: str) -> tuple[str, str]:
    mine, others = differing(a, b)
    return marked(a, mine), marked(b, others)


@pytest.mark.parametrize(
    ("a", "b", "marked_a", "marked_b"),
    [
        ("A nurse who works at night", "A nurse working at night", "A nurse [who works] at night",
         "A nurse [working] at night"),
        ("A potter from Peru", "A warm potter from Peru", "A potter from Peru", "A [warm] potter from Peru"),
        ("a nurse, in KENYA.", "A nurse (in Kenya)", "a nurse, in KENYA.", "A nurse (in Kenya)"),
        ("Eine Ärztin aus Köln", "Eine Ärztin aus Bonn", "Eine Ärztin aus [Köln]", "Eine Ärztin aus [Bonn]"),
        ("一位热爱园艺的教师", "一位热爱烹饪的教师", "一位热爱[园艺]的教师", "一位热爱[烹饪]的教师"),
        ("ครูที่สอนวิชา", "ครูที่คิดวิชา", "ครูที่[สอน]วิชา", "ครูที่[คิด]วิชา"),
        ("", "A nurse", "", "[A nurse]"),
        ("A nurse", "A nurse", "A nurse", "A nurse"),
        ("nurse – Oslo", "nurse Oslo", "nurse – Oslo", "nurse Oslo"),
    ],
    ids=["reworded", "added", "case and signs", "accents", "Chinese", "Thai", "empty", "same", "a dash"],
)  # fmt: skip
def test_what_only_one_of_two_texts_says_is_marked(a, b, marked_a, marked_b):
    assert told(a, b) == (marked_a, marked_b)


def test_two_long_texts_are_told_apart_in_little_time():
    a, b = (" ".join(f"{word}{n}" for n in range(20_000)) for word in ("rain", "snow"))
    began = time.process_time()
    mine, others = differing(f"A {a} b", f"A {b} b")
    assert (mine, others) == ([(2, 2 + len(a))], [(2, 2 + len(b))])
    assert time.process_time() - began < 10


def test_merges_are_listed_shown_and_undone_with_what_differs_and_what_goes_along(tmp_path):
    rows = [
        "A potter from Peru teaches village children to paint bowls",
        "A passionate potter from Peru teaches village children to paint bowls",
        "A very passionate potter from Peru teaches village children to paint bowls",
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps({"persona": row}) + "\n" for row in rows))
    at = tmp_path / "w"
    personagraph("init", at, folder=at)
    personagraph("config", "set", "dedup", "partition", folder=at)
    personagraph("import", tmp_path / "rows.jsonl", folder=at)
    assert "A [very passionate] potter" in personagraph("merges", "list", folder=at)
    shown = personagraph("merges", "show", "r1.0.2", folder=at)
    assert "A [very] passionate potter" in shown
    assert "  like  " in shown
    data = json.loads(personagraph("merges", "show", "r1.0.2", "--json", folder=at))
    assert (data["other"], data["differing"]) == (rows[1], {"merged": ["very"], "other": []})
    undone = json.loads(personagraph("merges", "undo", "r1.0.1", "--json", folder=at))
    assert [one["description"] for one in undone["freed"]] == [rows[2]]
    assert undone["freed"][0]["persona"] == undone["persona"]["id"]
    again = personagraph("merges", "list", folder=at)
    assert again.count("    is  ") == 1
    assert "A [very] passionate" in again
