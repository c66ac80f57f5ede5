"""Talking to a Neo4j server: its address, transactions of named queries, and the driver's errors in our words."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from personagraph.errors import ConfigError, StoreError, StoreUnavailableError
from personagraph.stores.neo4j.errors import DOWN, REFUSALS
from personagraph.stores.neo4j.queries import query
from personagraph.stores.neo4j.silence import left_of, within

if TYPE_CHECKING:
    import neo4j

CONNECT_SECONDS = 5.0
RETRY_SECONDS = 5.0
"""How long a transaction that the server could not take for now is tried again."""
SCHEMA_SECONDS = 60.0
"""How long a change of the schema is tried again while another client makes it, too."""
FIRST_SECONDS = 30.0
"""How long the first answer may take of a server that let us in."""
READ_SECONDS = 120.0
"""How long the server may think about one question, such as a path; streams of the whole graph take what they take."""
GRACE_SECONDS = 1.0
"""How much longer than the server is told to take it is waited for."""
ROWS, PAGES = 1000, 4
"""How many rows of a result come at once, and how many where each is a page of many."""

_SHAPE = (
    "neo4j://user@host:7687/database (also bolt://; with +s for TLS, +ssc for TLS with a certificate that the server"
    " signed itself; user and database are neo4j by default)"
)
SCHEMES = [f"{scheme}{tls}" for scheme in ("neo4j", "bolt") for tls in ("", "+s", "+ssc")]
_LOST_RACES = ("AlreadyExists", "ConstraintCreationFailed", "ConstraintWithNameAlreadyExists")
_UNREACHABLE = ("Neo.TransientError.General.DatabaseUnavailable", "Neo.TransientError.Database.DatabaseUnavailable")
T = TypeVar("T")


class Address(NamedTuple):
    """Where a database is, and who asks for it; the password is never part of it."""

    scheme: str
    host: str
    port: int
    user: str
    database: str

    @property
    def uri(self) -> str:
        """What the driver connects to."""
        return f"{self.scheme}://{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.uri}/{self.database}"


def address_of(url: str) -> Address:
    """The address that a URL names. Raises ConfigError, which never shows what could be a password."""
    try:
        parts = urlsplit(url)
        port = parts.port or 7687
    except ValueError as error:
        raise ConfigError(f"the store's URL has no valid host and port; it should look like {_SHAPE}") from error
    if parts.password is not None:
        raise ConfigError("the store's URL holds a password; give it in PERSONAGRAPH_STORE_PASSWORD instead")
    database = parts.path.strip("/")
    if parts.scheme in ("http", "https"):
        raise ConfigError(f"the store's URL {url!r} is the address of Browser; name that of Bolt: {_SHAPE}")
    if parts.scheme not in SCHEMES or not parts.hostname or "/" in database or parts.query or parts.fragment:
        raise ConfigError(f"the store's URL {url!r} is not of the form {_SHAPE}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Address(parts.scheme, host, port, unquote(parts.username or "neo4j"), database or "neo4j")


class Transaction:
    """Runs queries by name, inside one transaction."""

    def __init__(self, transaction: "neo4j.ManagedTransaction") -> None:
        self._transaction = transaction

    def rows(self, name: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return list(self.stream(name, **parameters))

    def stream(self, name: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, fetched as they are read; the query starts at once."""
        return map(tuple, self._transaction.run(query(name), parameters))


class Server:
    """One database on a server, through one driver; it may be used from any thread.

    Raises StoreUnavailableError within seconds when the server is not there or does not let us in.
    """

    def __init__(self, address: Address, password: str, *, connect_seconds: float = CONNECT_SECONDS) -> None:
        try:
            from neo4j import GraphDatabase
        except ImportError as error:
            raise ConfigError("a Neo4j store needs the driver: pip install 'personagraph[neo4j]'") from error
        # What the driver logs it also raises; without a handler Python would print it between our own lines.
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        self.address = address
        self._another = partial(Server, address, password)
        connect_seconds = left_of(connect_seconds)
        self._connect = partial(
            GraphDatabase.driver,
            address.uri,
            auth=(address.user, password),
            connection_timeout=connect_seconds,
            connection_acquisition_timeout=connect_seconds,
            max_transaction_retry_time=RETRY_SECONDS,
            notifications_min_severity="OFF",
            telemetry_disabled=True,
        )
        with self.translated():
            self._driver = self._connect()
        self._closed = False

    def read(self, name: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a query that changes nothing; the server ends it after READ_SECONDS."""
        from neo4j import unit_of_work

        @unit_of_work(timeout=READ_SECONDS)
        def rows(transaction: "neo4j.ManagedTransaction") -> list[tuple[Any, ...]]:
            return Transaction(transaction).rows(name, **parameters)

        def read() -> list[tuple[Any, ...]]:
            with self._session() as session:
                return session.execute_read(rows)

        return self.answer(READ_SECONDS + GRACE_SECONDS, read)

    def stream(self, name: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query that changes nothing, each a page, fetched as read; no failure is tried again."""
        with self._session(fetch_size=PAGES) as session, session.begin_transaction() as transaction:
            yield from map(tuple, transaction.run(query(name), parameters))

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do the work in one transaction, all or nothing; it may be called again when the server asks for it."""
        with self._session() as session:
            return session.execute_write(lambda transaction: work(Transaction(transaction)))

    def change_schema(self, statement: str, /, **parameters: Any) -> None:
        """Run one statement of our own that a second time does nothing, in a transaction of its own.

        It is tried again when another client did the same at the same time.
        """
        from neo4j.exceptions import Neo4jError

        deadline = time.monotonic() + SCHEMA_SECONDS
        while True:
            with self._session() as session:
                try:
                    session.run(statement, parameters).consume()
                    return
                except Neo4jError as error:
                    lost = error.is_retryable() or (error.code or "").endswith(_LOST_RACES)
                    if not lost or _two_alike(error) or time.monotonic() > deadline:
                        raise
            time.sleep(0.1)

    def plan(self, statement: str, parameters: dict[str, Any], *, seconds: float) -> "neo4j.ResultSummary":
        """What a statement from outside would do: its type and its plan; nothing is carried out."""
        with (
            self._session(reading=True) as session,
            session.begin_transaction(timeout=seconds) as transaction,
        ):
            return transaction.run(f"EXPLAIN {statement}", parameters).consume()

    def look(
        self,
        statement: str,
        parameters: dict[str, Any],
        *,
        rows: int,
        seconds: float,
        unnamed: Callable[[list[list[Any]]], list[str]],
    ) -> tuple[list[str], list[list[Any]], dict[str, str]]:
        """The columns and the first rows of a statement from outside, and the ids of nodes that are `unnamed` in them.

        Its transaction may only read, ends after so many seconds, and is rolled back whatever it did.
        """
        with self._session(reading=True) as session, session.begin_transaction(timeout=seconds) as transaction:
            result = transaction.run(statement, parameters)
            found = [list(record.values()) for record in result.fetch(rows)]
            columns = list(result.keys())
            nodes = unnamed(found)
            names = transaction.run(query("read/ids_of_nodes"), nodes=nodes).values() if nodes else []
            transaction.rollback()
            return columns, found, {str(node): str(id) for node, id in names}

    def alone(self, seconds: float, work: Callable[["Server"], T]) -> T:
        """What the work returns, done on the same database through connections of its own.

        Raises StoreError once the time is over, whoever is the slow one: the server, or what lies between.
        """
        own = self._another(connect_seconds=min(seconds, CONNECT_SECONDS))
        try:
            return within(seconds + GRACE_SECONDS, lambda: work(own), own.close)
        except TimeoutError as error:
            told = f"the query took longer than {seconds:g} s, and was given up; give it more time, or narrow it"
            raise StoreError(f"{self.address}: {told}") from error
        finally:
            own.close()

    def answer(self, seconds: float, work: Callable[[], T]) -> T:
        """What the work returns. Raises StoreUnavailableError once the time is over; what comes after begins anew."""
        asked, seconds = self._driver, left_of(seconds)

        def give_up() -> None:
            if self._driver is asked and not self._closed:
                self._driver = self._connect()
            asked.close()

        try:
            return within(seconds, work, give_up)
        except TimeoutError as error:
            told = f"the server gave no answer within {seconds:.3g} s; see its log, or restart it"
            raise StoreUnavailableError(f"{self.address}: {told}") from error

    def close(self) -> None:
        """Close every connection; closing twice is no error."""
        self._closed = True
        self._driver.close()

    @contextmanager
    def _session(self, *, reading: bool = False, fetch_size: int = ROWS) -> "Iterator[neo4j.Session]":
        with self.translated():
            if self._closed:
                raise StoreError(f"{self.address}: the store is closed.")
            bookmarks = self._driver.execute_query_bookmark_manager
            with self._driver.session(
                database=self.address.database,
                bookmark_manager=bookmarks,
                default_access_mode="READ" if reading else "WRITE",
                fetch_size=fetch_size,
            ) as session:
                yield session

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turns the driver's errors into StoreError, naming the database and what to do."""
        from neo4j.exceptions import DriverError, Neo4jError

        try:
            yield
        except (DriverError, Neo4jError) as error:
            raise _translation(self.address, error) from error
        except OverflowError as error:
            raise StoreError(f"{self.address}: a number is too large for a database.") from error
        except UnicodeEncodeError as error:
            reason = f"a text is not valid Unicode ({error.reason}): it holds half a character"
            raise StoreError(f"{self.address}: {reason}.") from error


def _translation(address: Address, error: Exception) -> StoreError:
    from neo4j import exceptions as known

    code, told = getattr(error, "code", None) or "", _first_line(error)
    if code in REFUSALS:
        kind = StoreUnavailableError if code in DOWN else StoreError
        return kind(f"{address}: {REFUSALS[code]} ({shorten(told, 120, placeholder=' …')})")
    if isinstance(error, known.AuthError) or code.startswith("Neo.ClientError.Security."):
        return StoreUnavailableError(
            f"{address}: the server does not let the user {address.user} in ({told}); check the user, and the password"
            " in PERSONAGRAPH_STORE_PASSWORD"
        )
    if isinstance(error, known.ServiceUnavailable | known.SessionExpired | known.ConnectionAcquisitionTimeoutError):
        if remedy := _wrong_door(address, error):
            return StoreUnavailableError(f"{address}: {remedy}")
        return StoreUnavailableError(
            f"{address}: the server cannot be reached ({told}); start it, or check the address, then try again"
        )
    if code in _UNREACHABLE or isinstance(error, known.DatabaseUnavailable):
        return StoreUnavailableError(f"{address}: the database is not ready ({told}); see the server's log")
    if code == "Neo.ClientError.Database.DatabaseNotFound":
        return StoreUnavailableError(f"{address}: the server has no database {address.database!r}; name another")
    if "TransactionTimedOut" in code:
        return StoreError(
            f"{address}: the query took longer than it may, and was stopped; give it more time, or narrow it"
        )
    if alike := _two_alike(error):
        return StoreError(f"{address}: a constraint cannot be made. {alike}: take one of them out, then try again")
    if isinstance(error, known.ConstraintError):
        return StoreError(f"{address}: a row has another row's key ({told}); nothing was written.")
    return StoreError(f"{address}: {told}")


def _wrong_door(address: Address, error: BaseException | None) -> str:
    """What to do when something answers at the address that does not speak as asked; empty when nothing answers."""
    said = ""
    while error is not None:
        said, error = f"{said} {error!r}", error.__cause__ or error.__context__
    if "HTTP" in said or address.port in (7473, 7474):
        return f"port {address.port} is one for HTTP, as Browser's 7474 is; name Bolt's, 7687 unless it was changed"
    if "SSL" in said or "certificate" in said or "encrypted" in said:
        plain = address.scheme.partition("+")[0]
        return (
            f"no TLS connection could be made; where the server has no TLS use {plain}://, where it signed its"
            f" certificate itself {plain}+ssc://"
        )
    return ""


def _two_alike(error: Exception) -> str:
    """Which two nodes or relationships have the key that a new constraint gives to one; empty for any other error."""
    found = re.search(r"^Both [^\r\n]+ = [^\r\n]+?(?=\. Note that|[\r\n]|\Z)", _text(error), re.MULTILINE)
    return found[0] if found else ""


def _first_line(error: Exception) -> str:
    return re.split(r"[\r\n]", _text(error), maxsplit=1)[0].rstrip(" .:") or type(error).__name__


def _text(error: Exception) -> str:
    return str(getattr(error, "message", None) or error).strip()
