"""How many independent answers say what the stated one says: counted, and never called verified."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from personagraph.synthesis.checks.check import AGREED, DISPUTED, UNCHECKED, CheckKind, Draft, Judgement, Opinions, Same

MOST: Final = 32
"""No more answers are compared."""


class Groups(NamedTuple):
    """Answers that say the same, the largest group first, each by its first answer with how many say so."""

    sizes: Sequence[tuple[str, int]]

    @property
    def majority(self) -> str | None:
        """What more than half of the answers say; None when there is no such answer."""
        total = sum(size for _, size in self.sizes)
        return self.sizes[0][0] if self.sizes and 2 * self.sizes[0][1] > total else None


def check_agreement(draft: Draft, opinions: Opinions, same: Same) -> Judgement:
    """Agreed when more than half of the independent answers that can be compared say what the stated one says.

    Disputed when half of them or more say something else; the figure `majority` is what most of them say instead, if
    they do. Unchecked when none can be compared: an answer that cannot be read is unclear, never wrong. Figures:
    `asked`, `agree`, `differ`, `unclear`.
    """
    asked = opinions.answers[:MOST]
    if not asked:
        return Judgement(UNCHECKED)
    told = [same(draft.answer, answer) for answer in asked]
    agree, differ, unclear = told.count(True), told.count(False), told.count(None)
    figures: dict[str, object] = {"asked": len(asked), "agree": agree, "differ": differ, "unclear": unclear}
    if not agree + differ:
        return Judgement(UNCHECKED, f"none of {len(asked)} independent answers can be compared", figures)
    if agree > differ:
        return Judgement(AGREED, f"{agree} of {len(asked)} independent answers agree", figures)
    believed = groups([answer for answer, is_same in zip(asked, told, strict=True) if is_same is False], same)
    if believed.sizes and 2 * believed.sizes[0][1] > agree + differ:
        figures["majority"] = believed.sizes[0][0]
    return Judgement(DISPUTED, f"{differ} of {len(asked)} independent answers differ", figures)


def groups(answers: Sequence[str], same: Same) -> Groups:
    """The answers in groups that say the same as the group's first, the largest first, then in order of arrival."""
    sizes: dict[str, int] = {}
    for answer in answers[:MOST]:
        first = next((known for known in sizes if same(known, answer)), answer)
        sizes[first] = sizes.get(first, 0) + 1
    return Groups(sorted(sizes.items(), key=lambda item: -item[1]))


CHECK = CheckKind(check_agreement, "counts the independent answers that agree with the stated one")
