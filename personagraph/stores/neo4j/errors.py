"""What a Neo4j server refuses, by its codes: what that means for the user, and what a later attempt may carry out."""

from collections.abc import Mapping

from personagraph.errors import StoreError

_READ_ONLY = "the database, or the server, takes no writes; make it writable (server.databases.default_to_read_only)"
_FULL = "the server could not write to its disk; free space there, and restart the server"
_BROKEN = "the database broke down, as on a full disk; see the server's log, and restart the server"
_MEMORY = "the server has too little memory for one transaction; raise db.memory.transaction.max, or what is named here"
_SLOW = "the server ends transactions that take longer than db.transaction.timeout; raise it"
_ENDED = "the server ended the transaction; nothing was written, and the same command tries again"
_LOCKED = "other transactions hold what this one needs; nothing was written, and the same command tries again"

REFUSALS: Mapping[str, str] = {
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": _READ_ONLY,
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase": _READ_ONLY,
    "Neo.ClientError.Security.Forbidden": "the user has no right to do this; give it the right to read and write",
    "Neo.ClientError.Transaction.Terminated": _ENDED,
    "Neo.ClientError.Transaction.LockClientStopped": _ENDED,
    "Neo.ClientError.Transaction.TransactionTimedOut": _SLOW,
    "Neo.ClientError.Transaction.LockAcquisitionTimeout": _LOCKED,
    "Neo.TransientError.Transaction.DeadlockDetected": _LOCKED,
    "Neo.TransientError.Transaction.LockAcquisitionTimeout": _LOCKED,
    "Neo.TransientError.General.TransactionOutOfMemoryError": _MEMORY,
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": _MEMORY,
    "Neo.TransientError.General.OutOfMemoryError": _MEMORY,
    "Neo.DatabaseError.Transaction.TransactionCommitFailed": _FULL,
    "Neo.DatabaseError.Transaction.TransactionLogError": _FULL,
    "Neo.DatabaseError.Transaction.TransactionStartFailed": _BROKEN,
}
"""What is said of a code."""

DOWN = tuple(code for code, said in REFUSALS.items() if said in (_FULL, _BROKEN))
"""Codes after which nothing works until the server was restarted."""

_PASSING = (
    *DOWN,
    "Neo.ClientError.Transaction.Terminated",
    "Neo.ClientError.Transaction.LockClientStopped",
)


def takes_no_writes(error: StoreError) -> bool:
    """Whether the database is one that nobody can write to."""
    return REFUSALS.get(getattr(error.__cause__, "code", None) or "") == _READ_ONLY


def passes(error: StoreError) -> bool:
    """Whether a later attempt may be carried out, although nobody changes anything but starts the server."""
    from neo4j.exceptions import DriverError, IncompleteCommit, Neo4jError

    cause = error.__cause__
    if not isinstance(cause, DriverError | Neo4jError):
        return False
    code = getattr(cause, "code", None) or ""
    if code in _PASSING or isinstance(cause, IncompleteCommit):
        return True
    return cause.is_retryable() and REFUSALS.get(code) != _MEMORY
