"""Shares of several things, as an option has them: similar=3,random=1."""

from collections.abc import Mapping

from personagraph.errors import UsageError


def shares_in(text: str | None) -> Mapping[str, float] | None:
    """The shares by name, in their order; None for no text. Raises UsageError for what is no list of shares."""
    if text is None:
        return None
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.partition("=")
        try:
            found[name.strip()] = float(share)
        except ValueError:
            raise UsageError(f"--mix {text!r} is no list of shares; write it as similar=3,random=1") from None
    return found
