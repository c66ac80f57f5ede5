"""Several numbers in one option: by name, as similar=3,random=1, or in their order, as 0.9,0.05,0.05."""

from collections.abc import Mapping

from personagraph.errors import UsageError


def numbers_in(option: str, text: str | None, example: str) -> Mapping[str, float] | None:
    """The numbers by name, in their order; None for no text. Raises UsageError for what is no such list."""
    if text is None:
        return None
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise UsageError(f"{option} {text!r} cannot be read; write it as {example}") from None
    return found


def numbers_of(option: str, text: str | None, example: str) -> list[float] | None:
    """The numbers in their order; None for no text. Raises UsageError for what is no such list."""
    try:
        return None if text is None else [float(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(f"{option} {text!r} cannot be read; write it as {example}") from None
