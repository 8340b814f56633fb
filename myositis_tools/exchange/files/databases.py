"""A table asked of a DuckDB database with SQL: it can read nothing outside the database and change nothing in it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from myositis_tools.errors import OptionError, WrongTypeError, needs_package

DATABASES = (".duckdb",)


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
