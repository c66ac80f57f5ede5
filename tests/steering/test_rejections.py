"""What guards turn down is counted by the cells that the replies named."""

from personagraph.expansion.readings import read_written
from personagraph.ledger.steps import RejectedItem
from personagraph.runs.growth import rejection
from personagraph.steering.rejections import rejections_by_cell

SAID = {
    "description": "A 12-year-old toddler from Peru who builds towers of blocks at the nursery",
    "nature": "person",
    "activity": "child",
    "age": "0-14",
    "sex": "unknown",
    "region": "latin_america",
    "language": "es",
    "relation": "friend of",
    "label": "",
    "former": False,
    "confidence": 0.5,
}


def rejected(said: dict) -> RejectedItem:
    verdict = rejection(0, read_written(said, ego="A nurse from Lima who sings", named=None), said)
    return RejectedItem(0, 0, "", verdict.reason, "", verdict.detail["fault"], verdict.detail)


def test_a_rejection_keeps_what_its_reply_says_and_is_counted_there():
    items = [rejected(SAID), rejected(SAID), rejected({**SAID, "age": "unknown", "region": "unknown"})]
    assert rejections_by_cell(items) == {
        ("contradiction", ("child", "0-14", "latin_america")): 2,
        ("contradiction", ("child", "unknown", "unknown")): 1,
    }
    assert rejections_by_cell(items, ("region",)) == {
        ("contradiction", ("latin_america",)): 2,
        ("contradiction", ("unknown",)): 1,
    }


def test_a_rejection_of_which_nothing_is_said_counts_as_unknown():
    verdict = rejection(0, ("cut", "A farmer"), {})
    item = RejectedItem(0, 0, "", "cut", "", "A farmer", verdict.detail)
    assert "stated" not in verdict.detail
    assert rejections_by_cell([item], ("age",)) == {("cut", ("unknown",)): 1}
