"""Which files belong to a workspace, and that each is opened only when it is a plain file of its own, and no link.

A workspace may come from somebody else: unpacked, cloned, copied. A link in it, or a second name of a file elsewhere (a
hard link), would make us write into a file that its maker chose; a pipe or a device would make us wait. Only the folder
itself may be reached by a link: the user named it. Who owns a file does not matter, as a plain file with one name is
nobody's but the folder's.
"""

import errno
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from personagraph.errors import ConfigError

SETTINGS = "personagraph.toml"
LEDGER = "ledger.sqlite3"
GRAPH = "graph.sqlite3"
LOCK = "writer.lock"
SAMPLES = "samples"

_BESIDE = ("-wal", "-shm", "-journal")
"""What the names of the files end in that SQLite keeps beside a database."""
_DATABASE = b"SQLite format 3\0"
_JOURNAL = bytes.fromhex("d9d505f920a163d7")
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_NONE = {errno.ENOENT, errno.ENOTDIR}
_MAKING = threading.Lock()


def look(path: Path, *, shared: bool = False) -> os.stat_result | None:
    """What is at the path, where a file of a workspace is expected; None when nothing is.

    Raises ConfigError for a link, what is no file, and, unless it may be `shared`, a file with more than one name.
    """
    try:
        found = path.lstat()
    except OSError as error:
        if error.errno in _NONE:
            return None
        raise _closed(path, error) from error
    if fault := _fault(found, shared=shared):
        raise ConfigError(f"{path} {fault}")
    return found


def open_plain(path: Path, flags: int, mode: int = 0o600, *, shared: bool = False) -> int:
    """A descriptor of a file of a workspace; the same file that was looked at, whatever becomes of its name meanwhile.

    Raises ConfigError as `look` does, and OSError when it cannot be opened.
    """
    look(path, shared=shared)
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, mode)
    if fault := _fault(os.fstat(descriptor), shared=shared):
        os.close(descriptor)
        raise ConfigError(f"{path} {fault}")
    return descriptor


@contextmanager
def no_link(path: Path, *, make: bool = False) -> Iterator[None]:
    """Connect to a database within the block; what is there must be a plain file, and be what was connected to.

    SQLite follows a link that the database is, so it is looked at before, with the files beside it, and when the block
    ends the file at the path must be the same, and this process must hold it open. Nothing was read or written by then,
    as SQLite only does that with the first statement. With `make`, a file that is not there is made for its owner
    alone; SQLite gives the files beside it the same mode. Raises ConfigError.

    What remains: somebody who may write to the folder while we run can put a hard link beside the database between our
    look and SQLite's (it follows no symbolic link there by itself), and can swap a database that this process has open
    already for a link and back while it is opened once more.
    """
    for beside in _BESIDE:
        look(path.with_name(path.name + beside))
    _refuse_named_by_journal(path.with_name(f"{path.name}-journal"))
    before = _made(path) if make else look(path)
    yield
    after = look(path)
    if before and (not after or not os.path.samestat(before, after) or not _is_open(before)):
        raise ConfigError(f"{path} was replaced while it was opened; see who else can write to its folder")


def belongs_to_workspace(path: Path) -> bool:
    """Whether a workspace has a file of this name, or the file is, or belongs to, a database of SQLite.

    Raises OSError when it cannot be told.
    """
    name = path.name.casefold()  # as file systems do for which A and a are one
    if name in (SETTINGS, LOCK) or ".sqlite3" in name:
        return True
    names = {path.name.removesuffix(beside) for beside in ("", *_BESIDE)}
    return any(_is_database(path.with_name(name)) for name in names if name)


def linked_folder(path: Path) -> Path | None:
    """The first folder on the way to the path that is a link within a workspace; None when there is none."""
    ways = reversed([path.absolute(), *path.absolute().parents])
    return next((way for way in ways if way.is_symlink() and in_workspace(way.parent)), None)


def in_workspace(folder: Path) -> bool:
    """Whether a folder is that of a workspace, or within one."""
    place = Path(os.path.realpath(folder))
    return any(os.path.lexists(each / name) for each in (place, *place.parents) for name in (SETTINGS, LEDGER))


def _made(path: Path) -> os.stat_result | None:
    """What is at the path, which is made when nothing is; None when it cannot be made, of which SQLite says more.

    The lock is for what POSIX does: closing a file takes away the locks that SQLite has on it in this process. So no
    other thread may connect before the new file is closed.
    """
    with _MAKING:
        found = look(path)
        if found is None:
            with suppress(OSError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
            found = look(path)
    return found


def _fault(found: os.stat_result, *, shared: bool = False) -> str:
    """What is wrong with a file of a workspace, and what to do; empty when nothing is."""
    if stat.S_ISLNK(found.st_mode):
        return "is a link, which is not followed; put the file itself there, or remove the link"
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "no file")
        return f"is {kind}, where a file is expected; remove it, or move it away"
    if found.st_nlink > 1 and not shared:
        return (
            "is a hard link: the same file has another name, and would be changed there, too; put a copy of its own"
            " in its place, or remove it"
        )
    return ""


def _closed(path: Path, error: OSError) -> ConfigError:
    return ConfigError(f"{path} cannot be opened: {error.strerror}; check the permissions of the file and its folder")


def _refuse_named_by_journal(journal: Path) -> None:
    """A journal may name another file, which SQLite deletes when it is done: ours never do, as nothing is attached."""
    with suppress(OSError), os.fdopen(open_plain(journal, os.O_RDONLY), "rb") as file:  # or SQLite cannot read it, too
        file.seek(-min(len(_JOURNAL), os.fstat(file.fileno()).st_size), os.SEEK_END)
        if file.read() == _JOURNAL:
            raise ConfigError(f"{journal} tells SQLite to delete another file; remove it if it came from elsewhere")


def _is_open(found: os.stat_result) -> bool:
    """Whether this process holds the file open, as far as the system tells what it holds."""
    try:
        held = os.listdir("/dev/fd")
    except OSError:
        return True
    for descriptor in held:
        with suppress(OSError, ValueError):
            if os.path.samestat(found, os.fstat(int(descriptor))):
                return True
    return False


def _is_database(path: Path) -> bool:
    """Whether it is a file of SQLite, such as a ledger full of paid replies.

    A file of several names is not looked into: by another name this process may have it open, and would lose its locks.
    """
    with suppress(FileNotFoundError, ConfigError), os.fdopen(open_plain(path, os.O_RDONLY), "rb") as file:
        return file.read(len(_DATABASE)) == _DATABASE
    return False
