"""A table asked of a database with SQL: of a DuckDB file, or through a connection that the caller has opened."""

from __future__ import annotations

import re
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import OptionError, WrongTypeError, needs_package

DATABASES = (".duckdb",)
BY_CONNECTION = (".sqlite", ".sqlite3", ".db")
_NAME = "the database"
# what an address or the words of a driver may hold of a password
_SECRET = re.compile(r"(?<=://)[^/@\s]+@|(password|pwd)\s*=\s*\S+", re.IGNORECASE)
_READS = re.compile(r"\s*(select|with|values|from|table|\(|--)", re.IGNORECASE)


def name_of(source: object) -> str:
    """Name where a table comes from: the file, and never the address or the password of a connection."""
    return Path(source).name if isinstance(source, str | Path) else _NAME


def refuse_address(source: object) -> None:
    """Refuse the address of a database, which may hold a password and is not repeated.

    Raises
    ------
    OptionError
        If it is one.
    """
    if isinstance(source, str) and "://" in source:
        raise OptionError(
            "A table is not read from an address.",
            expected="a file, or an open connection to a database with query=",
            hint="open the connection yourself, with psycopg.connect, sqlite3.connect or sqlalchemy.create_engine",
        )


def read_connection(connection: Any, query: str | None) -> pd.DataFrame:
    """Ask a database for a table through a connection of the Python DB-API, of DuckDB or of SQLAlchemy.

    Raises
    ------
    OptionError
        If it is no such connection, or nothing or more than a question is asked.
    WrongTypeError
        If the database cannot answer.
    """
    if not hasattr(connection, "cursor") and _of(connection) != "sqlalchemy":
        raise OptionError(
            f"A table is not read from a {type(connection).__name__}.",
            expected="a file, or an open connection to a database",
            hint="a connection has a cursor, as those of psycopg and sqlite3 have, or is an engine of SQLAlchemy",
        )
    if not query or not _READS.match(query):
        raise OptionError(
            "Nothing is asked of the database." if not query else "The query does not read a table.",
            where="query",
            expected="SQL that begins with SELECT or WITH",
            hint='for example query="SELECT * FROM visits"',
        )
    try:
        with _reading_only(connection) as one, warnings.catch_warnings():
            # pandas has tried itself on SQLAlchemy and sqlite3 only, and says so of every other connection
            warnings.filterwarnings("ignore", "pandas only supports SQLAlchemy", UserWarning)
            return pd.read_sql_query(query, one)
    except Exception as error:  # noqa: BLE001 (each driver has errors of its own)
        said = _SECRET.sub("", (str(error).splitlines() or [type(error).__name__])[0])
        raise WrongTypeError(
            f"The database does not answer: {said.rstrip('.')}.",
            where="the query",
            expected="SQL that this database understands, and an open connection",
            hint="a query reads and changes nothing",
        ) from None  # what the driver says may hold the address


@contextmanager
def _reading_only(connection: Any) -> Iterator[Any]:
    """Let a connection read and not write, where it can be told so, and put it back as it was."""
    if isinstance(connection, sqlite3.Connection):
        (was,) = connection.execute("PRAGMA query_only").fetchone()
        connection.execute("PRAGMA query_only = ON")
        try:
            yield connection
        finally:
            connection.execute(f"PRAGMA query_only = {was}")
    elif _of(connection) == "sqlalchemy" and hasattr(connection, "connect"):  # an engine: nothing of it is kept
        with connection.connect() as one:
            is_postgresql = connection.dialect.name == "postgresql"
            yield one.execution_options(postgresql_readonly=True) if is_postgresql else one
    elif _is_idle_psycopg(connection):
        was = connection.read_only
        connection.read_only = True
        try:
            yield connection
        finally:
            connection.rollback()
            connection.read_only = was
    else:
        yield connection


def _is_idle_psycopg(connection: Any) -> bool:
    """Whether it is a connection of psycopg outside a transaction, which alone can be told to read only."""
    if _of(connection) != "psycopg" or connection.closed or connection.autocommit:
        return False
    return bool(connection.info.transaction_status.name == "IDLE")


def read_query(path: Path, query: str | None) -> pd.DataFrame:
    """Ask a database for a table.

    Raises
    ------
    OptionError
        If nothing is asked.
    WrongTypeError
        If the database cannot answer.
    """
    if not query:
        raise OptionError(
            f"{path.name} is a database, and nothing is asked of it.",
            expected="query= with SQL",
            hint='for example query="SELECT * FROM visits"',
        )
    with needs_package("duckdb"):
        import duckdb

    try:
        with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"}) as connection:
            connection.execute("SET lock_configuration = true")
            return connection.execute(query).df()
    except duckdb.Error as error:
        raise WrongTypeError(
            f"{path.name} does not answer: {str(error).splitlines()[0]}.",
            where="the query",
            expected="SQL that this database understands",
            hint="a query reads this database only and changes nothing",
        ) from error


def _of(connection: Any) -> str:
    """The library that a connection is of."""
    return type(connection).__module__.partition(".")[0]
