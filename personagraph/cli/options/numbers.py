"""Several numbers by name, as an option has them: similar=3,random=1."""

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
