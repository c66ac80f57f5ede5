"""The verb that audits: what cells can be made of, what they are held against, and what is refused."""

import json
from collections import Counter
from pathlib import Path

import pytest

from personagraph.errors import ConfigError, InputError, UsageError
from personagraph.testing import temporary_workspace

SOCIAL = "graphs/llm_social_network/text-files"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Twelve in two circles of friends; each row says a party and a number."""
    folder = tmp_path_factory.mktemp("network")
    rows = [f"{n},Person {n} of the village,{'red' if n < 6 else 'blue'},{n}" for n in range(12)]
    (folder / "people.csv").write_text("\n".join(["id,description,party,number", *rows]))
    edges = [(n + half, (n + 1) % 6 + half) for half in (0, 6) for n in range(6)]
    edges += [(n + half, (n + 2) % 6 + half) for half in (0, 6) for n in range(6)]
    (folder / "edges.csv").write_text("\n".join(["source,target", *(f"{a},{b}" for a, b in edges)]))
    with temporary_workspace() as workspace:
        workspace.import_graph([folder / "edges.csv"], nodes=folder / "people.csv", directed=False)
        yield workspace


def test_a_field_of_an_import_makes_cells(workspace):
    found = workspace.audit(["field:party"])
    json.dumps(found, allow_nan=False)
    rows = {row["cell"][0]: row["now"] for row in found["cells"]["rows"]}
    assert rows == {"red": 6, "blue": 6}
    party = found["ties"]["attributes"]["field:party"]
    assert party["unsteered"]["alike"] == 1.0
    assert party["random"] == pytest.approx(30 / 66)


def test_communities_make_cells_and_who_lacks_a_value_is_unknown(workspace):
    found = workspace.audit(["community", "sex"])
    assert found["attributes"]["community"]["now"]["known"] == 12
    assert [row["now"] for row in found["attributes"]["community"]["rows"]] == [6, 6]
    assert found["cells"]["now"]["known"] == 0
    assert "nobody has a known cell" in "".join(_lines("cells", found))


def _lines(name, found):
    from personagraph.steering.audit import SECTIONS

    return SECTIONS[name].lines(found[name])


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (["activty"], r"did you mean activity\?"),
        (["field:prty"], r"did you mean field:party\?"),
        (["comunity", "sex"], r"did you mean community\?"),
        (["sex", "sex"], "takes different names"),
        ([], "takes different names"),
        (["xyzzy"], "there are activity, age"),
    ],
)
def test_what_personas_are_not_told_apart_by_is_refused_and_the_nearest_offered(workspace, by, said):
    with pytest.raises(UsageError, match=said):
        workspace.audit(by)


def test_a_field_with_a_value_for_nearly_everyone_makes_no_cells(tmp_path):
    (tmp_path / "people.jsonl").write_text(
        "\n".join(json.dumps({"persona": f"A potter in the house number {n}", "key": n}) for n in range(300))
    )
    with temporary_workspace() as workspace:
        workspace.import_personas(tmp_path / "people.jsonl")
        with pytest.raises(UsageError, match="300 different values"):
            workspace.audit(["field:key"])


def test_a_target_and_a_crosstab_that_cannot_be_used_are_refused(workspace, tmp_path):
    with pytest.raises(UsageError, match=r"did you mean uniform\?"):
        workspace.audit(target="unifrom")
    (tmp_path / "one.csv").write_text("sex,share\nfemale,0.5\nmale,0.5\n")
    with pytest.raises(UsageError, match="no rows by two columns"):
        workspace.audit(joint=tmp_path / "one.csv")
    (tmp_path / "twice.csv").write_text("sex,age,share\nfemale,65+,0.5\nfemale,65+,0.5\n")
    with pytest.raises(InputError, match=r"twice\.csv"):
        workspace.audit(joint=tmp_path / "twice.csv")


def test_whom_a_run_let_in_is_audited_alone_and_a_run_that_there_is_not_is_refused(workspace):
    assert workspace.audit(runs=["r1"])["people"]["personas"] == 12
    with pytest.raises(ConfigError, match="r9"):
        workspace.audit(runs=["r9"])


def test_a_graph_that_a_model_grew_says_who_was_asked_and_what_was_turned_down(tmp_path):
    (tmp_path / "seeds.csv").write_text("persona\nA potter from Lima\nA nurse from Kenya\n")
    with temporary_workspace() as workspace:
        workspace.import_personas(tmp_path / "seeds.csv")
        run = workspace.expand(model="simulated", max_calls=30, hops=3)
        found = workspace.audit()
        growth, gateways = found["growth"], found["gateways"]
        calls = sum(total.calls for total in workspace.call_totals())
        assert (growth["new"], growth["calls"]) == (run.new, calls)
        assert growth["rejections"]["total"] == run.rejected == growth["rejections"]["looked_at"]
        assert gateways["brought"] == run.new
        assert sum(one["calls"] for one in gateways["cells"]) == calls
        egos = Counter()
        for one in gateways["egos"]:
            egos[one["persona"]] += one["new"]
        assert sum(egos.values()) <= run.new
        assert growth["steering"]["personas"][0] == run.new


def test_many_who_say_the_same_are_one_voice_and_clusters_make_cells(tmp_path):
    farmers = [f"A young farmer who grows corn on a small farm, row {'abcdefgh'[n]}" for n in range(8)]
    others = ["A judge who sings in a choir", "A nurse from Kenya", "A potter from Lima", "A pilot who keeps bees"]
    (tmp_path / "people.csv").write_text("\n".join(["persona", *(f'"{text}"' for text in [*farmers, *others])]))
    with temporary_workspace() as workspace:
        workspace.import_personas(tmp_path / "people.csv", dedup="partition", threshold=1.0)
        found = workspace.audit(["cluster"], depth=True)
        everyone = len(workspace.snapshot())
    depth = found["depth"]
    json.dumps(depth, allow_nan=False)
    assert depth["voices"] < everyone == depth["personas"]
    assert depth["measures"]["voices"]["value"] == pytest.approx(depth["voices"] / everyone, rel=1e-5)
    assert sum(n for _, n, _ in depth["cells"]) == everyone
    assert min(voices / n for _, n, voices in depth["cells"]) < 0.5
    assert any(row["cell"][0].startswith("k01 A young farmer") for row in found["cells"]["rows"])
    assert depth["encoder"] in "".join(_lines("depth", found))
    assert all(one["unit"] in "".join(_lines("depth", found)) for one in depth["measures"].values())
    assert depth["measures"]["sobol"]["detail"]["by_chance"] > 0


@pytest.mark.parametrize(
    ("network", "least", "most"),
    [("sequential_gpt-4o_0.adj", 0.99, 1.0), ("sequential_gpt-3.5-turbo_0.adj", 0.6, 1.0)],
)
def test_the_political_homophily_of_a_published_network_is_found(shared_data: Path, tmp_path, network, least, most):
    folder = shared_data / SOCIAL
    with temporary_workspace() as workspace:
        workspace.import_graph([folder / network], nodes=folder / "us_50_gpt4o_w_interests.json", directed=False)
        found = workspace.audit(["field:political affiliation"])["ties"]["attributes"]["field:political affiliation"]
    assert found["random"] == pytest.approx(0.491, abs=0.002)
    assert least <= found["unsteered"]["alike"] <= most
    assert found["unsteered"]["z"] > 3
