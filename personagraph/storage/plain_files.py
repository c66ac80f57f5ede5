"""Reads small files that others may have put there: only regular ones, of a size that can be borne."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from personagraph.errors import ConfigError

LARGEST = 1_000_000
"""Bytes of a file, unless said otherwise."""
LONGEST_LINE = 4096


def read_plain(file: Path, *, most: int = LARGEST, own: bool = False, linked: bool = True) -> bytes:
    """All bytes of a regular file of at most so many. Raises OSError saying what else it is.

    One that is to be the user's `own` belongs to the user or to root, and nobody else can write to it. Unless it may be
    `linked`, a link is not followed.
    """
    handle = open_regular(file, linked=linked)
    try:
        state = os.fstat(handle)
        if own and (state.st_uid not in (os.geteuid(), 0) or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
            raise OSError(
                errno.EPERM,
                "others can write to it (chmod go-w takes that away), or it is another user's: name a"
                " folder of yours in XDG_CONFIG_HOME",
            )
        with open(handle, "rb", closefd=False) as opened:
            data = opened.read(most + 1)
    finally:
        os.close(handle)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes")
    return data


def open_regular(file: Path, *, linked: bool = True) -> int:
    """A descriptor of a regular file that is read. Raises OSError saying what else it is; a link is one if `linked`."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | (0 if linked else os.O_NOFOLLOW))
    except OSError as error:
        if error.errno == errno.ELOOP and not linked:
            raise OSError(errno.ELOOP, "it is a link, which is not followed") from None
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return handle


def one_line(file: Path, named: str) -> str:
    """The one line that a file holds, such as a password. Raises ConfigError, which shows nothing of it."""
    named = f"{named} ({file})"
    try:
        text = read_plain(file.expanduser(), most=LONGEST_LINE).decode("utf-8").rstrip("\r\n")
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8, or nobody's home"
        raise ConfigError(f"{named} cannot be read: {reason}; name a file with the password and nothing else") from None
    if not text or "\n" in text:
        fault = "holds more than one line" if text else "is empty"
        raise ConfigError(f"{named} {fault}; it must hold the password and nothing else")
    return text


def read_settings(file: Path, parse: Callable[[str], dict[str, Any]], **how: bool) -> dict[str, Any]:
    """What a file of settings says, read as `read_plain` does; nothing when there is none. Raises ConfigError."""
    try:
        return parse(read_plain(file, **how).decode("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        told = f"{file} cannot be read: {error.strerror}"
        raise ConfigError(f"{told}; mend that, or delete it for the defaults") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{file} cannot be read as TOML: {error}; mend it, or delete it for the defaults") from error
