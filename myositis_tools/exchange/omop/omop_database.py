"""A warehouse as it is handed over (connection, file or folder), seen through typed views of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import count
from pathlib import Path
from typing import Any

from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError, WrongTypeError, listed, needs_package
from myositis_tools.tables import Record, records

_FOLDER = {".parquet": "read_parquet({file})", ".csv": "read_csv({file}, all_varchar = true, header = true)"}
_IN_OF = "schema"  # where the tables of a folder stand in the connection that is opened for it
_numbers = count(1)


@dataclass(frozen=True)
class OmopDatabase:
    """A connection to a warehouse, with the name of a typed view for each table that is read.

    A view or table that is made here is temporary and has a name of this reading alone: nothing of the warehouse is
    changed, and two readings on one connection do not meet.
    """

    connection: Any
    prefix: str
    absent: tuple[str, ...]

    def name(self, table: str) -> str:
        """Name what stands for a table in this reading."""
        return f"{self.prefix}{table}"

    def sql(self, name: str, **words: str) -> str:
        """Give a query of the folder ``sql``, with the names of this reading and other words in their places."""
        text = resources.files("myositis_tools.exchange.omop").joinpath("sql", f"{name}.sql").read_text("utf-8")
        made = ("wanted", "asked", "cohort", "concepts", "drugs")
        return text.format(**{table: self.name(table) for table in (*_tables(), *made)}, **words)

    def keep(self, name: str, query: str, parameters: list[Any] | None = None) -> None:
        """Keep the answer to a query in a temporary table."""
        self.connection.execute(f"CREATE TEMP TABLE {self.name(name)} AS {query}", parameters or [])

    def table(self, name: str) -> Any:
        """Give a table that was kept, which works when it is asked."""
        return self.connection.table(self.name(name))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask for a few rows."""
        answered: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return answered


def open_database(source: Any, schema: str | None) -> OmopDatabase:
    """Open a warehouse and look at it through views of the tables that are read, each column typed.

    Raises
    ------
    MissingPackageError
        If DuckDB is not installed.
    NotFoundError
        If there is no such file, folder or schema, or no table of the model in it.
    MissingColumnError
        If a table or a column lacks without which nothing can be told.
    OptionError
        If it is neither a connection, a file of DuckDB nor a folder.
    WrongTypeError
        If the warehouse does not answer, or a cell of a CSV file is not of its column's type.
    """
    with needs_package("duckdb"):
        import duckdb

    try:
        connection = source if isinstance(source, duckdb.DuckDBPyConnection) else _connect(source)
        schema = (schema or "main") if connection is source or Path(source).is_file() else _IN_OF
        return _with_views(connection, schema)
    except duckdb.Error as error:
        raise WrongTypeError(
            f"The warehouse does not answer: {str(error).splitlines()[0]}",
            expected="an open connection, or a file that DuckDB can read",
            hint="open the connection again",
        ) from error


def _connect(source: Any) -> Any:
    import duckdb

    if not isinstance(source, str | Path):
        raise OptionError(
            f"A warehouse cannot be a {type(source).__name__}.",
            expected="a connection of DuckDB, a .duckdb file, or a folder of Parquet or CSV files",
            hint="write the tables of another database to Parquet files, and name their folder",
        )
    path = Path(source)
    if path.is_file():
        return duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})
    if not path.is_dir():
        raise NotFoundError(
            "There is no such file or folder of a warehouse.",
            expected="a .duckdb file, or a folder of Parquet or CSV files",
            hint="another database is asked through a connection of DuckDB, or from its tables as Parquet files",
        )
    files = {file.stem.lower(): file for file in sorted(path.iterdir()) if file.suffix.lower() in _FOLDER}
    connection = duckdb.connect()
    connection.execute(f"CREATE SCHEMA {_quoted(_IN_OF)}")
    for table in set(_tables()) & set(files):
        read = _FOLDER[files[table].suffix.lower()].format(file=_text(str(files[table])))
        connection.execute(f"CREATE VIEW {_quoted(_IN_OF)}.{table} AS SELECT * FROM {read}")
    return connection


def _with_views(connection: Any, schema: str) -> OmopDatabase:
    catalog, _, name = schema.rpartition(".")
    found: dict[str, dict[str, str]] = {}
    query = (
        "SELECT lower(table_name), lower(column_name), data_type FROM information_schema.columns "
        "WHERE lower(table_schema) = lower(?) AND table_catalog = coalesce(nullif(?, ''), current_database())"
    )
    for table, column, kind in connection.execute(query, [name, catalog]).fetchall():
        found.setdefault(table, {})[column] = kind
    tables = _tables()
    if not set(found) & set(tables):
        raise NotFoundError(
            f"No table of the OMOP Common Data Model stands in {schema}.",
            expected=f"such tables as {listed(tables, most=3)}",
            hint="name the schema that holds them",
        )
    missing = {table: _lacking(rows, found.get(table)) for table, rows in tables.items()}
    grave = [f"{table}.{column}" if table in found else table for table, one in missing.items() for column in one]
    if grave:
        raise MissingColumnError(
            f"The warehouse lacks what is needed: {listed(dict.fromkeys(grave))}.",
            expected="the tables and columns of the OMOP Common Data Model 5.4",
            hint='tables.load("omop_columns") lists what is read',
        )
    database = OmopDatabase(
        connection,
        f"myositis_tools_{next(_numbers)}_",
        tuple(table for table in tables if table not in found),
    )
    where = ".".join(_quoted(part) for part in (*([catalog] if catalog else []), name))
    for table, rows in tables.items():
        _refuse_cells(database, f"{where}.{table}", table, rows, found.get(table, {}))
        columns = ", ".join(_column(row, found.get(table, {})) for row in rows)
        place = f"FROM {where}.{_quoted(table)}" if table in found else "WHERE FALSE"
        connection.execute(f"CREATE TEMP VIEW {database.name(table)} AS SELECT {columns} {place}")
    return database


def _tables() -> dict[str, list[Record]]:
    """The tables that are read, each with its columns."""
    tables: dict[str, list[Record]] = {}
    for row in records("omop_columns"):
        tables.setdefault(str(row["table"]), []).append(row)
    return tables


def _lacking(rows: list[Record], found: Mapping[str, str] | None) -> list[str]:
    return [str(row["column"]) for row in rows if row["needed"] == "yes" and row["column"] not in (found or {})]


def _column(row: Record, found: Mapping[str, str]) -> str:
    held = _quoted(str(row["column"])) if row["column"] in found else "NULL"
    return f"CAST({held} AS {row['type']}) AS {row['column']}"


def _refuse_cells(database: OmopDatabase, place: str, table: str, rows: list[Record], found: Mapping[str, str]) -> None:
    """Refuse a text that is no number or date where one belongs, before a query that works later meets it."""
    asked = [row for row in rows if found.get(str(row["column"])) == "VARCHAR" != row["type"]]
    if not asked:
        return
    counts = ", ".join(
        f"count(*) FILTER (WHERE {row['column']} IS NOT NULL AND TRY_CAST({row['column']} AS {row['type']}) IS NULL)"
        for row in asked
    )
    for row, cells in zip(asked, database.rows(f"SELECT {counts} FROM {place}")[0], strict=True):
        if cells:
            raise WrongTypeError(
                f"{table}.{row['column']} holds {cells} {'cell' if cells == 1 else 'cells'} that cannot be read.",
                where=f"{table}.{row['column']}",
                expected="dates written 2026-03-31" if row["type"] == "DATE" else "numbers",
                hint="correct the file, or read the table from Parquet",
            )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
