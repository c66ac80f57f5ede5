"""A network that was made to do harm takes no more memory than a row may, and is refused with a line, or counted."""

import gzip
import json
import time
from contextlib import suppress
from pathlib import Path

import pytest

from personagraph.errors import InputError
from personagraph.importing.networks import files
from personagraph.importing.networks.mapping import NetworkMapping, read_mapping
from personagraph.importing.networks.reading import Network
from personagraph.importing.networks.survey import Survey

EDGES = '<graph><node id="a"/><node id="b"/><edge source="a" target="b"/></graph>'
BOMB = '<!DOCTYPE g [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def survey(folder: Path, name: str, content: str | bytes) -> Survey:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    network = Network([path], NetworkMapping())
    network.digest()
    return network.survey()


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.adj"])
def test_a_row_that_is_too_long_is_counted_and_the_others_are_read(tmp_path, name):
    separator = {"a.csv": ",", "a.tsv": "\t"}.get(name, " ")
    rows = [["source", "target"]] * (name in ("a.csv", "a.tsv")) + [["a", "b"], ["c", "x" * 10_000_001], ["b", "c"]]
    found = survey(tmp_path, name, "".join(separator.join(row) + "\n" for row in rows))
    assert (len(found.nodes), found.edges, len(found.faults)) == (3, 3, 1)
    assert "10,000,003 bytes long" in found.faults[0][2]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("deep.graphml", f"<graphml>{'<a>' * 5_000}", "more than 1,000 elements within each other"),
        ("nested.graphml", f"<graphml>{'<graph><node>' * 5_000}", "more than 1,000 elements within each other"),
        ("tag.graphml", f'<graphml><graph id="{"x" * 25_000_000}', "longer than 10,000,000 bytes"),
        ("remark.graphml", f"<graphml><!--{'x' * 25_000_000}", "longer than 10,000,000 bytes"),
        (
            "keys.graphml",
            "<graphml>" + "".join(f'<key id="k{n}"/>' for n in range(3_000)),
            "more than 2,000 attributes",
        ),
        (
            "default.graphml",
            f'<graphml><key id="k"><default>{"x" * 10_000_001}</default>',
            "has a default that is longer",
        ),
        ("bomb.graphml", f"{BOMB}<graphml>{EDGES}</graphml>", "declares a document type"),
        ("bomb.gexf", f"{BOMB}<gexf/>", "declares a document type"),
        ("deep.gexf", "<gexf>" + "<a>" * 200_000 + "</a>" * 200_000 + "</gexf>", "that networkx can read"),
        ("deep.gml", "graph [" * 100_000, "that networkx can read"),
        ("deep.json", '{"nodes": ' + "[" * 1_000_000, "is not JSON in UTF-8"),
        ("digits.json", '{"nodes": [' + "9" * 1_000_000 + '], "edges": []}', "is not JSON in UTF-8"),
        ("columns.csv", ",".join(f"c{n}" for n in range(10_001)) + "\n1,2\n", "10,001 columns, at most 10,000"),
    ],
)
def test_what_was_made_to_do_harm_is_refused_in_a_line(tmp_path, name, content, says):
    began = time.monotonic()
    with pytest.raises(InputError, match=says) as refused:
        survey(tmp_path, name, content)
    assert len(str(refused.value)) < 1_000
    assert time.monotonic() - began < 20


def test_data_of_a_node_that_are_too_long_are_counted(tmp_path):
    many = "".join(f'<data key="k{n}">{"x" * 1_000_000}</data>' for n in range(12))
    found = survey(tmp_path, "a.graphml", f'<graphml>{EDGES}<graph><node id="c">{many}</node></graph></graphml>')
    assert (len(found.nodes), found.edges) == (2, 1)
    assert "longer than 10,000,000 characters" in found.faults[0][2]


def test_names_of_attributes_are_counted_over_the_whole_document(tmp_path):
    nodes = "".join(f'<node id="{n}"><data key="k{n}">x</data></node>' for n in range(11_000))
    with pytest.raises(InputError, match="more than 10,000 names of attributes"):
        survey(tmp_path, "a.graphml", f"<graphml><graph>{nodes}</graph></graphml>")


def test_a_value_that_is_nested_too_deeply_is_a_fault_or_no_json(tmp_path):
    for depth in (100, 900, 950, 980, 1_500):
        deep = "[" * depth + "]" * depth
        content = f'{{"nodes": [{{"id": "a"}}, {{"id": "b", "x": {deep}}}], "edges": []}}'
        with suppress(InputError):
            assert 1 <= len(survey(tmp_path, "a.json", content).nodes) <= 2


@pytest.mark.parametrize("name", ["a.json", "a.gml", "a.gexf"])
def test_a_document_that_is_read_as_a_whole_has_a_longest_length_also_unpacked(tmp_path, name, monkeypatch):
    monkeypatch.setattr(files, "LONGEST_WHOLE", 1_000_000)
    for end, content in (("", b" " * 1_000_001), (".gz", gzip.compress(b" " * 50_000_000))):
        with pytest.raises(InputError, match="is longer than 1,000,000 bytes, and this format is read as a whole"):
            survey(tmp_path, name + end, content)


def test_a_bomb_of_zeros_is_no_text(tmp_path):
    with pytest.raises(InputError, match="zero byte"):
        survey(tmp_path, "a.csv.gz", gzip.compress(b"source,target\n" + b"\0" * 50_000_000))


def test_what_a_fault_quotes_of_an_edge_is_cut(tmp_path):
    edge = {"source": "a", "target": "x" * 1_000_000}
    found = survey(tmp_path, "a.json", json.dumps({"nodes": [{"id": "a"}], "edges": [edge]}))
    assert len(found.faults[0][2]) < 300


def test_a_mapping_that_is_nested_or_long_is_refused(tmp_path):
    for content in ("a = " + "[" * 100_000, "x" * 1_000_001, "a" + ".a" * 400_000 + " = 1"):
        (tmp_path / "map.toml").write_text(content)
        with pytest.raises(InputError):
            read_mapping(tmp_path / "map.toml")
