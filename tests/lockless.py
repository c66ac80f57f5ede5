"""A process for which no drive has file locks: the kernel refuses them, as it does on a network drive without them.

Started as `python -m tests.lockless ERROR COMMANDS`, it carries commands out, and prints of each the exit code and what
it said. Nothing of ours or of SQLite is replaced: a filter on system calls answers `flock` and `fcntl(F_SETLK)`.
"""

import contextlib
import ctypes
import io
import json
import platform
import struct
import sys

CALLS = {"x86_64": (73, 72), "aarch64": (32, 25)}
"""The numbers of flock and fcntl."""
SETLK = 6
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2


def known() -> bool:
    """Whether this machine can have such a filter."""
    return sys.platform == "linux" and platform.machine() in CALLS


def take_locks_away(number: int) -> None:
    """Have this process, and all that it starts, fail to lock any file with this error."""
    flock, fcntl = CALLS[platform.machine()]
    program = [
        (_LOAD, 0, 0, 0),  # the number of the call
        (_EQUAL, 3, 0, flock),
        (_EQUAL, 0, 3, fcntl),
        (_LOAD, 0, 0, 24),  # its second argument
        (_EQUAL, 0, 1, SETLK),
        (_RETURN, 0, 0, _ERRNO | number),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    asked = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    for words in ((_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SECCOMP, _FILTER, ctypes.byref(asked), 0, 0)):
        if libc.prctl(*words):
            raise OSError(ctypes.get_errno(), "no filter on system calls")


if __name__ == "__main__":
    from tests.commands import code_of

    take_locks_away(int(sys.argv[1]))
    for command in json.loads(sys.argv[2]):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            code = code_of(*command)
        print(json.dumps([code, said.getvalue()]))
