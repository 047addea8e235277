"""Opens the database of decisions, SQLite or Postgres, and tells its faults without secrets."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

from data.workspace import make_folder
from serving.errors import ServingError
from serving.registry import without_secrets

SQLITE, POSTGRES = "sqlite", "postgresql"

_ANSWERS_WITHIN_S = 10
_TURN_WITHIN_S = 5
_PRAGMAS = (
    f"busy_timeout={_TURN_WITHIN_S * 1000}",
    "synchronous=FULL",
    "foreign_keys=ON",
    # A checkpoint makes a writer wait, so it comes after 16 MB of decisions in place of 4.
    "wal_autocheckpoint=4000",
)
_WRITES = "writes"


class DecisionStoreUnavailable(ServingError):
    """The database of decisions can't be opened, read or written."""


def open_engine(url: str) -> Engine:
    """An engine whose commits are on disk when they return.

    Nothing is connected yet: a database that is down is told by the first use.

    Parameters
    ----------
    url
        ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    Raises
    ------
    DecisionStoreUnavailable
        If the address is of another kind.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise _other_address() from None
    kind = address.get_backend_name()
    if kind == SQLITE and address.database not in (None, "", ":memory:"):
        return _sqlite(address)
    if kind == POSTGRES:
        return _postgres(address)
    raise _other_address()


def _other_address() -> DecisionStoreUnavailable:
    """The address isn't shown: what can't be parsed may hide a password anywhere."""
    return DecisionStoreUnavailable(
        "the address of the decisions is neither sqlite:///PATH nor postgresql://HOST/NAME: "
        "give one of them"
    )


def _sqlite(address: URL) -> Engine:
    make_folder(Path(address.database or "").absolute().parent)
    engine = create_engine(address, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        # Python's driver would begin transactions by itself, and deferred.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred writer that has read can't wait for another one: it fails at once.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """SQLite's own patience doesn't cover a change of the journal: two that begin at once clash."""
    patience = Retrying(
        retry=retry_if_exception(_is_busy),
        wait=wait_fixed(0.01),
        stop=stop_after_delay(_TURN_WITHIN_S),
        reraise=True,
    )
    patience(connection.execute, "PRAGMA journal_mode=WAL")


def _is_busy(fault: BaseException) -> bool:
    # SQLite names its own faults; those that Python's module raises itself have no name.
    name = str(getattr(fault, "sqlite_errorname", ""))
    return isinstance(fault, sqlite3.OperationalError) and name.startswith("SQLITE_BUSY")


def _postgres(address: URL) -> Engine:
    return create_engine(
        address.set(drivername=f"{POSTGRES}+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": _ANSWERS_WITHIN_S},
    )


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that reads.

    Raises
    ------
    DecisionStoreUnavailable
        If the database can't be reached or used.
    """
    with _told(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; what it wrote is on disk when the block has ended.

    Raises
    ------
    DecisionStoreUnavailable
        If the database can't be reached or used; perhaps it was written nevertheless.
    """
    with _told(engine), engine.connect() as connection:
        connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


def address_of(engine: Engine) -> str:
    """The database's address without secrets."""
    # Options of the driver may hold a password too.
    plain = engine.url.difference_update_query(tuple(engine.url.query))
    return without_secrets(plain.render_as_string(hide_password=False))


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (DataError, IntegrityError):
        raise
    except SQLAlchemyError as fault:
        reason = str(getattr(fault, "orig", None) or fault).splitlines()[0]
        for secret in (engine.url.password, *map(str, engine.url.query.values())):
            reason = reason.replace(str(secret), "…") if secret else reason
        raise DecisionStoreUnavailable(
            f"the decisions at {address_of(engine)} can't be used: {reason}"
        ) from fault
