"""A table through a connection that the caller has opened: read and not written, and no password in any message."""

import sqlite3

import duckdb
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import MyositisToolsError, OptionError, WrongTypeError

ASKED = "SELECT * FROM visits ORDER BY week"
PLAIN = "postgresql://somebody:hunter2@host/study"


@pytest.fixture
def database():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE visits (patient_id TEXT, week INTEGER, visit_date TEXT, haq_di REAL)")
    rows = [("007", 0, "2026-03-31", 1.5), ("007", 12, "2026-06-23", None)]
    connection.executemany("INSERT INTO visits VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    yield connection
    connection.close()


class Plain:
    """A connection of the Python DB-API that pandas does not know, with what its driver says when it fails."""

    def __init__(self, connection, fails=""):
        self.connection, self.fails = connection, fails

    def cursor(self):
        if self.fails:
            raise RuntimeError(self.fails)
        return self.connection.cursor()


def opened_duckdb(connection):
    other = duckdb.connect()
    other.from_df(pd.read_sql_query("SELECT * FROM visits", connection)).create("visits")
    return other


@pytest.mark.parametrize("opened", [lambda one: one, Plain, opened_duckdb], ids=["sqlite3", "another", "duckdb"])
def test_a_table_is_read_through_a_connection_as_its_kind_says(database, opened):
    found = mt.read_table(opened(database), "visits", query=ASKED)
    assert found["patient_id"].tolist() == ["007", "007"]
    assert found["visit_date"].tolist() == [pd.Timestamp(2026, 3, 31), pd.Timestamp(2026, 6, 23)]
    assert found["haq_di"].isna().tolist() == [False, True]
    assert mt.read_table(opened(database), query=ASKED)["patient_id"].tolist() == ["007", "007"]


def test_a_code_for_not_recorded_is_one_in_a_database_too(database):
    database.execute("UPDATE visits SET haq_di = 9")
    assert mt.read_table(database, "visits", query=ASKED, missing={"haq_di": ["9"]})["haq_di"].isna().all()


def test_a_connection_is_left_as_it_was_and_open(database):
    database.execute("BEGIN")
    database.execute("UPDATE visits SET haq_di = 2.0")
    mt.read_table(database, query=ASKED)
    assert database.in_transaction  # what the caller has not yet kept is neither kept nor lost
    database.rollback()
    database.execute("DELETE FROM visits")
    assert database.total_changes > 0


@pytest.mark.parametrize(
    "query", ["DELETE FROM visits", "UPDATE visits SET week = 1", "", None, "WITH a AS (SELECT 1) DELETE FROM visits"]
)
def test_what_is_no_question_is_refused_and_changes_nothing(database, query):
    with pytest.raises((OptionError, WrongTypeError)) as caught:
        mt.read_table(database, query=query)
    assert caught.value.hint
    assert database.execute("SELECT count(*), min(week) FROM visits").fetchall() == [(2, 0)]


@pytest.mark.parametrize("address", [PLAIN, "postgresql+psycopg://u:hunter2@h/d", "mysql://u:hunter2@h/d"])
def test_an_address_is_refused_with_the_way_to_go_and_is_not_repeated(address):
    with pytest.raises(OptionError, match=r"not read from an address.*psycopg\.connect") as caught:
        mt.read_table(address, query=ASKED)
    assert "hunter2" not in str(caught.value)
    assert "somebody" not in str(caught.value)


@pytest.mark.parametrize(
    "said",
    [
        f"cannot connect to {PLAIN}",
        "FATAL: no entry for host=h user=u password=hunter2 dbname=d",
        "wrong PWD = hunter2",
    ],
)
def test_no_password_is_repeated_from_what_a_driver_says(database, said):
    with pytest.raises(WrongTypeError, match="The database does not answer") as caught:
        mt.read_table(Plain(database, said), query=ASKED)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_closed_connection_and_a_table_that_is_not_there_are_one_error(database):
    with pytest.raises(WrongTypeError, match="no such table: patients"):
        mt.read_table(database, query="SELECT * FROM patients")
    database.close()
    with pytest.raises(WrongTypeError, match="does not answer"):
        mt.read_table(database, query=ASKED)


@pytest.mark.parametrize("source", [42, None, pd.DataFrame()])
def test_what_is_neither_a_file_nor_a_connection_is_refused(source):
    with pytest.raises(OptionError, match="A table is not read from a"):
        mt.read_table(source, query=ASKED)


def test_a_file_of_sqlite_is_refused_with_the_way_to_go(tmp_path):
    (tmp_path / "study.sqlite").touch()
    with pytest.raises(MyositisToolsError, match=r"sqlite3\.connect"):
        mt.read_table(tmp_path / "study.sqlite", query=ASKED)
