"""Writes columns to a file that takes its place whole, and reads them from one of the same version."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from personagraph.dedup.arrays.columns import GrowingColumn
from personagraph.errors import InputError
from personagraph.storage.atomic_files import replacing

_VERSION = 1
"""Of what the columns mean; what words say may change with each version of the package, too."""


def save(file: Path, columns: Mapping[str, GrowingColumn]) -> None:
    """Write columns to a file. Raises ConfigError where it cannot be written; the old one stays."""
    with replacing([file]) as (new,):
        rows: dict[str, Any] = {name: column.rows() for name, column in columns.items()}
        np.savez(new, _version=_said(), **rows)


def load(file: Path, columns: Mapping[str, GrowingColumn]) -> None:
    """Fill columns from a file. Raises InputError for one that is missing, damaged or of another version."""
    try:
        with np.load(file, allow_pickle=False) as held:
            if str(held["_version"]) != str(_said()):
                raise InputError("it was made by another version; make it anew", file)
            found = {name: held[name] for name in columns}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise InputError(f"the index of descriptions cannot be read ({error}); make it anew", file) from error
    for name, column in columns.items():
        column.replace(found[name])


def _said() -> npt.NDArray[np.str_]:
    from importlib.metadata import version

    return np.array(f"{_VERSION} {version('personagraph')}")
