"""Whom a setting comes from: the user's own configuration folder, and what the user confirmed of what a folder says.

A workspace may be somebody else's. What its settings file says of where anything is sent, of whom is asked, and of what
that costs holds only once the user confirmed exactly that value for exactly that folder. This is kept outside of it.
"""

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from personagraph.errors import ConfigError
from personagraph.storage.atomic_files import replacing
from personagraph.storage.plain_files import read_plain
from personagraph.stores import kind_of

CONFIRMED = "confirmed.json"
_SHOWN = 200
_OUTSIDE = "in the environment"
"""The user's own settings would not do: a folder's file goes before them."""
_PARTS = {"folder", "name", "value"}


class Guard(NamedTuple):
    """A setting that a folder does not decide alone: what it has a hand in, what was not done, how else to say it.

    What is said so goes before the folder's file.
    """

    grants: str
    kept_from: str
    instead: str


GUARDED: Mapping[str, Guard] = {
    "store": Guard("is sent the password and the graph", "nothing was sent there", "name a store with --store"),
    "base_url": Guard(
        "is sent OPENAI_API_KEY and all that is asked", "nothing was sent there", "name a server with --base-url"
    ),
    "model": Guard(
        "is asked at its price, or is a file that is read", "nothing was asked of it", "name a model with --model"
    ),
    "encoder": Guard(
        "is given the descriptions, at its price, or is a folder that is read",
        "nothing was encoded by it",
        f"set PERSONAGRAPH_ENCODER {_OUTSIDE}",
    ),
    "decider": Guard(
        "decides who is one persona, and is a folder that is read",
        "nobody was merged by it",
        f"set PERSONAGRAPH_DECIDER {_OUTSIDE}",
    ),
    "ask_above_calls": Guard(
        "is up to where nobody is asked", "it was not heeded", f"set PERSONAGRAPH_ASK_ABOVE_CALLS {_OUTSIDE}"
    ),
    "ask_above_usd": Guard(
        "is up to where nobody is asked", "it was not heeded", f"set PERSONAGRAPH_ASK_ABOVE_USD {_OUTSIDE}"
    ),
    "prices": Guard(
        "are what --max-cost counts with",
        "nothing was bought at them",
        f"set PERSONAGRAPH_PRICES {_OUTSIDE}, for each of these models",
    ),
    "max_tokens": Guard(
        "is how much a reply may cost", "nothing was asked", f"give --max-tokens, or PERSONAGRAPH_MAX_TOKENS {_OUTSIDE}"
    ),
    "reasoning_effort": Guard(
        "is how much a model thinks at its price",
        "nothing was asked",
        f"give --reasoning-effort, or PERSONAGRAPH_REASONING_EFFORT {_OUTSIDE}",
    ),
    "request": Guard(
        "goes with all that is asked, at any price", "nothing was asked", f"set PERSONAGRAPH_REQUEST {_OUTSIDE}"
    ),
    "models": Guard(
        "goes with all that is asked of these models",
        "nothing was asked",
        f"set PERSONAGRAPH_MODELS {_OUTSIDE}, for each of these models",
    ),
}


class Claim(NamedTuple):
    """What a folder's settings file says of a setting in GUARDED, as text, and whether the user confirmed it."""

    name: str
    value: str
    confirmed: bool


def own_folder() -> Path | None:
    """The user's own configuration folder, whether it is there or not; None for a user without a home.

    A path that is not absolute counts as none: it would be looked for in the folder where one stands.
    """
    import pwd

    named = os.environ.get("XDG_CONFIG_HOME", "")
    if os.path.isabs(named):
        return Path(named) / "personagraph"
    home = os.environ.get("HOME", "")
    if not os.path.isabs(home):
        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return None
    return Path(home) / ".config" / "personagraph" if os.path.isabs(home) else None


def claimed(said: Mapping[str, Any]) -> dict[str, str]:
    """What has to be confirmed of what a folder's settings file says, as text."""
    guarded = {name: said[name] for name in GUARDED if name in said and not stays_inside(name, said[name])}
    return {name: text_of(value) for name, value in guarded.items()}


def text_of(value: Any) -> str:
    """A value as it is confirmed."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def stays_inside(name: str, value: Any) -> bool:
    """Whether a setting in GUARDED sends nothing, costs nothing, and reads nothing but the workspace."""
    if name == "store":
        return kind_of(value).inside
    if name in ("encoder", "decider"):
        from personagraph.meaning.encoders import ENCODERS

        encoder = ENCODERS.get(value)
        return encoder is not None and encoder.inside
    if name != "model":
        return False
    from personagraph.llm.models import MODELS

    kind = MODELS.get(value)
    return kind is not None and kind.inside


def shown(text: str, *, most: int | None = None) -> str:
    """A value for people to judge, on one line: no letter of it passes for another one. It is cut beyond `most`."""
    plain = text.encode("unicode_escape").decode()
    return plain if most is None or len(plain) <= most else f"{plain[:most]}…"


def refusal(file: Path, name: str, value: str) -> str:
    """That a value is not confirmed, what was not done for that reason, and how to allow it."""
    guard, trust = GUARDED[name], f"personagraph trust --workspace {shlex.quote(str(file.parent))}"
    return (
        f"{name} {shown(value, most=_SHOWN)} stands in {file} and is not confirmed, so {guard.kept_from}; "
        f"`{trust}` confirms it for this folder, or {guard.instead}"
    )


def confirmed(folder: Path) -> set[tuple[str, str]]:
    """The settings that the user confirmed for a folder, each with its value. Raises ConfigError for a damaged file."""
    own = own_folder()
    entries = _read(own / CONFIRMED) if own else []
    return {(entry["name"], entry["value"]) for entry in entries if entry["folder"] == _place(folder)}


def confirm(folder: Path, values: Mapping[str, Any]) -> None:
    """Keep that these settings may have these values in a folder, as long as it is where it is.

    What is no text is kept as `text_of` has it. Folders that are gone are forgotten. Raises ConfigError when nothing
    can be kept.
    """
    texts = {name: text_of(value) for name, value in values.items()}
    if confirmed(folder) >= set(texts.items()):
        return
    own = own_folder()
    if own is None:
        raise ConfigError("you have no home folder to keep it in; set XDG_CONFIG_HOME to a folder of yours")
    with _alone(own):
        new = [{"folder": _place(folder), "name": name, "value": text} for name, text in texts.items()]
        known = [entry for entry in _read(own / CONFIRMED) if entry not in new and Path(entry["folder"]).is_dir()]
        with replacing([own / CONFIRMED]) as [file]:
            os.fchmod(file.fileno(), 0o600)
            file.write(json.dumps({"confirmed": [*known, *new]}, indent=1).encode() + b"\n")


@contextmanager
def _alone(own: Path) -> Iterator[None]:
    """The folder, which is made when it is not there, while no other process confirms anything. Raises ConfigError."""
    import fcntl

    try:
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(own / "confirmed.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise ConfigError(
            f"{own} cannot be written to ({error.strerror}), and what you confirm is kept there; set XDG_CONFIG_HOME to"
            " a folder that can be"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise ConfigError(
                f"{own} cannot be locked ({error.strerror}), and what you confirm is kept there; set XDG_CONFIG_HOME to"
                " a folder on a local disk"
            ) from error
        yield
    finally:
        os.close(handle)


def _place(folder: Path) -> str:
    return os.path.realpath(folder)


def _read(file: Path) -> list[dict[str, str]]:
    """What was confirmed, in its order. Raises ConfigError for a file that says anything else."""
    try:
        [(title, entries)] = json.loads(read_plain(file, own=True)).items()
        texts = all(set(entry) == _PARTS and all(isinstance(part, str) for part in entry.values()) for entry in entries)
        if title != "confirmed" or not texts:
            raise ValueError("it has another form")
        return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is damaged"
        raise ConfigError(
            f"{file} keeps what you confirmed, and cannot be read: {told}; mend it, or delete it and confirm again"
            " with `personagraph trust`"
        ) from error
