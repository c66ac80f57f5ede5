"""A target from a file: what it may say, and every way in which it can be wrong, with the file and the row."""

from math import fsum, isclose
from pathlib import Path

import pytest

from personagraph.errors import InputError, UsageError
from personagraph.steering.targets import target_of
from personagraph.steering.targets.target import Target
from personagraph.vocabulary.cells import cells


def target(folder: Path, text: str, *axes: str) -> Target:
    file = folder / "wanted.csv"
    file.write_text(text, encoding="utf-8")
    return target_of(file, axes or ("age", "sex"))


AGES = "0-14,,0.25\n15-24,,0.15\n25-44,,0.3\n45-64,,0.2\n65+,,0.1\n"


def test_marginals_in_one_file_are_blocks_that_leave_cells_empty(tmp_path: Path) -> None:
    found = target(tmp_path, f"age,sex,share\n{AGES},female,0.6\n,male,0.4\n")
    assert found.name == "wanted.csv"
    assert found.weights["25-44", "female"] == pytest.approx(0.18)
    assert found.marginal(["age"]).weights["65+",] == pytest.approx(0.1)
    assert found.weights["65+", "other"] == 0


def test_a_crosstab_is_one_block_and_counts_are_shared_out(tmp_path: Path) -> None:
    found = target(tmp_path, "sex;age;count\nfemale;65+;30\nmale;65+;10\nmale;0-14;60\n")
    assert found.weights["0-14", "male"] == pytest.approx(0.6)
    assert found.weights["65+", "female"] == pytest.approx(0.3)
    assert isclose(fsum(found.weights.values()), 1)


def test_a_crosstab_and_a_marginal_of_another_axis_go_together(tmp_path: Path) -> None:
    text = "age,sex,region,count\n15-24,female,,3\n25-44,male,,7\n,,oceania,5\n,,east_asia,5\n"
    found = target(tmp_path, text, "region", "sex")
    assert found.weights["oceania", "male"] == pytest.approx(0.35)


def test_axes_that_the_file_does_not_name_are_even_where_it_is_possible(tmp_path: Path) -> None:
    found = target(tmp_path, "age,share\n0-14,0.5\n65+,0.5\n", "activity", "age", "region")
    assert list(found.weights) == cells(("activity", "age", "region"))
    by_activity = found.marginal(["activity", "age"]).weights
    assert by_activity["child", "0-14"] == pytest.approx(0.25) == by_activity["student", "0-14"]
    assert by_activity["retired", "65+"] == pytest.approx(0.5 / 13)
    assert found.notes["region"].startswith("not in wanted.csv")
    assert "given by wanted.csv" in found.notes["age"]


def test_structural_zeros_hold_between_marginals(tmp_path: Path) -> None:
    rows = "child,,0.2\nstudent,,0.2\ncraft,,0.6\n"
    found = target(tmp_path, f"activity,age,share\n{rows},0-14,0.3\n,15-24,0.3\n,65+,0.4\n", "activity", "age")
    assert found.weights["child", "0-14"] == pytest.approx(0.2)
    assert found.weights["student", "0-14"] == pytest.approx(0.1)
    assert found.marginal(["age"]).weights["65+",] == pytest.approx(0.4)


def test_a_column_that_is_no_attribute_can_be_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "wanted.csv"
    file.write_text("cluster of Words,Share\na,0.9\nb,0.1\n")
    found = target_of(file, ("Cluster of words", "sex"), {"Cluster of words": ("a", "b")})
    assert found.weights["a", "other"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "is empty"),
        ("age,share\n", None, "no rows"),
        ("agee,share\n0-14,1\n", 1, "did you mean age?"),
        ("age,shares\n0-14,1\n", 1, "did you mean share?"),
        ("age,sex\n0-14,female\n", 1, "one of share and count"),
        ("age,share,count\n0-14,1,1\n", 1, "one of share and count"),
        ("share\n1\n", 1, "one or more attributes"),
        ("age,age,share\n0-14,0-14,1\n", 1, "two columns are called age"),
        ("sex,share\nfemal,1\n", 2, "did you mean female?"),
        ("region,share\nKenya,1\n", 2, "there are north_africa"),
        ("sex,share\nunknown,1\n", 2, "'unknown' is no sex"),
        ("sex,share\nfemale,0.5\nmale,0.5\nfemale,0.5\n", 4, "a row already, in line 2"),
        ("sex,share\nfemale,half\n", 2, "'half' is no number"),
        ("sex,share\nfemale,\n", 2, "'' is no number"),
        ("sex,share\nfemale,-0.5\nmale,1.5\n", 2, "no number of 0 or more"),
        ("sex,share\nfemale,nan\n", 2, "no number of 0 or more"),
        ("sex,share\nfemale,inf\n", 2, "no number of 0 or more"),
        ("sex,count\nfemale,0\n", 2, "add up to 0"),
        ("sex,count\nfemale,1e308\nmale,1e308\n", 2, "no number of 0 or more"),
        ("sex,share\nfemale,0.5\nmale,0.4\n", 2, "add up to 0.9, not 1; is a row missing?"),
        ("sex,share\nfemale,50\nmale,50\n", 2, "call the column count"),
        ("sex,age,share\n,,1\n", 2, "names no attribute"),
        ("activity,age,share\nchild,65+,1\n", 2, "activity=child,age=65+ cannot be"),
        ('sex,share\n"female,1\n', 2, "it is not CSV"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_row(
    tmp_path: Path, text: str, line: int | None, said: str
) -> None:
    with pytest.raises(InputError) as error:
        target(tmp_path, text)
    assert said in str(error.value)
    assert "wanted.csv" in str(error.value)
    assert error.value.line == line


def test_a_share_of_nothing_may_stand_in_a_cell_that_cannot_be(tmp_path: Path) -> None:
    text = "activity,age,share\nchild,65+,0\nchild,0-14,1\n"
    assert target(tmp_path, text, "activity", "age").weights["child", "0-14"] == 1


def test_counts_of_different_populations_are_refused(tmp_path: Path) -> None:
    text = "activity,sex,count\nmanagers,,128\ncraft,,410\n,female,4060\n,male,4125\n"
    with pytest.raises(InputError, match=r"line 4: the rows by activity count 538.*not about the same people"):
        target(tmp_path, text)


def test_shares_of_the_employed_and_ages_of_everybody_are_refused(tmp_path: Path) -> None:
    text = f"age,activity,share\n{AGES},managers,0.2\n,craft,0.8\n"
    with pytest.raises(InputError, match=r"line 2: age=0-14 has 0.25, .* 0 at most \(none of them"):
        target(tmp_path, text)


def test_more_retired_than_are_old_enough_name_both(tmp_path: Path) -> None:
    text = f"age,activity,share\n{AGES},retired,0.6\n,student,0.4\n"
    with pytest.raises(InputError, match=r"line 7: activity=retired has 0.6, .* 0.3 at most \(age=45-64, age=65\+ can"):
        target(tmp_path, text)


def test_two_blocks_that_differ_on_what_they_share_name_the_value(tmp_path: Path) -> None:
    text = "sex,age,share\nfemale,,0.5\nmale,,0.5\nfemale,65+,0.7\nmale,65+,0.3\n"
    with pytest.raises(InputError, match=r"line 4: sex=female has 0.5 by the rows by sex, and 0.7"):
        target(tmp_path, text)


def test_pairs_that_no_three_can_have_are_a_clash_that_only_fitting_finds(tmp_path: Path) -> None:
    same = "15-24,female,,.5\n25-44,male,,.5\n,female,oceania,.5\n,male,east_asia,.5\n"
    crossed = "15-24,,east_asia,.5\n25-44,,oceania,.5\n"
    with pytest.raises(InputError, match="no joint comes closer"):
        target(tmp_path, "age,sex,region,share\n" + same + crossed)


def test_rounded_shares_are_taken(tmp_path: Path) -> None:
    found = target(tmp_path, "sex,share\nfemale,0.333\nmale,0.333\nother,0.333\n", "sex")
    assert found.weights["male",] == pytest.approx(1 / 3)


def test_a_name_that_is_neither_a_target_nor_a_file_offers_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean world"):
        target_of("wrold", ("age",))
    with pytest.raises(UsageError, match="there are half, uniform, world, or a CSV file"):
        target_of("nowhere.csv", ("age",))


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a regular file"):
        target_of(tmp_path, ("age",))


def test_more_cells_than_can_be_held_are_refused_before_they_are_made(tmp_path: Path) -> None:
    many = {"community": [str(n) for n in range(10_000)], "cluster": [str(n) for n in range(10_000)]}
    file = tmp_path / "wanted.csv"
    file.write_text("community,cluster,count\n1,2,3\n")
    with pytest.raises(UsageError, match="name fewer axes"):
        target_of(file, ("sex",), many)
    with pytest.raises(UsageError, match="name fewer axes"):
        target_of("uniform", ("community", "cluster"), many)
