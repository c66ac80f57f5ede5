"""What every format is: what writes each of its files, and what is to be known of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from personagraph.exporting.subgraph import Subgraph
from personagraph.storage.atomic_files import check_package


@dataclass(frozen=True, slots=True)
class Format:
    """A format as it is registered.

    `files` says what writes each file, by its name in the output folder; by the empty name when the output is the only
    file. `about` says in a few words what it is. `command`, run in the folder, loads it into a database. `needs` is the
    package without which it cannot be written, and `extra` what of personagraph brings that package.
    """

    files: Mapping[str, Callable[[Subgraph], Iterator[str] | Iterator[bytes]]]
    about: str
    command: str = ""
    needs: str = ""
    extra: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether the output is a folder with several files."""
        return "" not in self.files

    def check_can_be_written(self, name: str) -> None:
        """Raises ConfigError, saying what to install, when the package that the format needs is missing."""
        check_package(f"--format {name}", self.needs, self.extra)
