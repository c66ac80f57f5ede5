"""What a workspace's settings file says and the user has to confirm, for him to judge."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagraph.workspace.trust import Claim


def claim_lines(claims: "Iterable[Claim]", folder: Path) -> list[str]:
    """Each setting with its value in a line, whether it is confirmed, and what it is given or decides."""
    from personagraph.workspace.trust import GUARDED, shown

    lines = []
    for claim in claims:
        state = "confirmed" if claim.confirmed else "not confirmed"
        lines.append(f"{claim.name} = {shown(claim.value)}")
        lines.append(f"    {state}; {GUARDED[claim.name].grants}")
    return lines or [f"the settings of {folder} name nothing that has to be confirmed"]
