"""A table of a real PostgreSQL server, which these tests start; collected where psycopg is installed (conftest.py).

The server is one of its own in a folder of the test, without a port: it is reached through that folder alone.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
import psycopg
import pytest

import myositis_tools as mt
from myositis_tools.errors import WrongTypeError

FIND = Path(__file__).parents[2] / ".ci" / "find-postgresql"
ASKED = "SELECT * FROM visits ORDER BY week"


def as_nobody() -> dict[str, int]:
    """A server does not start as root: who the programs run as."""
    return {"user": pwd.getpwnam("nobody").pw_uid} if os.geteuid() == 0 else {}


@pytest.fixture(scope="module")
def server():
    found = subprocess.run(["/bin/sh", FIND], capture_output=True, text=True, check=False)
    if found.returncode and not os.environ.get("CI"):
        pytest.skip(f"not run, because {found.stderr.strip()}")
    assert found.returncode == 0, found.stderr
    folder = Path(mkdtemp(prefix="pg"))  # a short path: that of a socket may have no more than a hundred signs
    folder.chmod(0o777)
    run = {"check": True, "capture_output": True, "cwd": folder, **as_nobody()}
    programs, data = Path(found.stdout.strip()), folder / "data"
    subprocess.run([programs / "initdb", "-D", data, "-A", "trust", "-U", "reader"], **run)
    options = f"-c listen_addresses='' -k {folder}"
    log = folder / "log"
    subprocess.run(
        [programs / "pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start"], **run | {"capture_output": False}
    )
    try:
        yield folder
    finally:
        subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def connection(server):
    with psycopg.connect(host=str(server), user="reader", dbname="postgres") as opened:
        opened.execute("CREATE TEMP TABLE visits (patient_id text, week int, visit_date date, haq_di numeric(4, 3))")
        opened.execute("INSERT INTO visits VALUES ('007', 0, '2026-03-31', 1.5), ('007', 12, '2026-06-23', NULL)")
        opened.commit()
        yield opened


def test_a_table_is_read_as_its_kind_says(connection):
    found = mt.read_table(connection, "visits", query=ASKED)
    assert found["patient_id"].tolist() == ["007", "007"]
    assert found["visit_date"].tolist() == [pd.Timestamp(2026, 3, 31), pd.Timestamp(2026, 6, 23)]
    assert found["haq_di"].iloc[0] == 1.5
    assert found["haq_di"].isna().tolist() == [False, True]


def test_a_query_that_would_write_is_refused_by_the_server(connection):
    connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    connection.commit()
    with pytest.raises(WrongTypeError, match="in a read-only transaction"):
        mt.read_table(connection, query="WITH gone AS (DELETE FROM kept RETURNING *) SELECT * FROM gone")
    assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    assert connection.read_only is None
    connection.execute("DROP TABLE kept")
    connection.commit()


def test_a_transaction_of_the_caller_is_neither_kept_nor_lost(connection):
    connection.execute("UPDATE visits SET haq_di = 2")
    assert mt.read_table(connection, "visits", query=ASKED)["haq_di"].tolist() == [2.0, 2.0]
    connection.rollback()
    assert mt.read_table(connection, "visits", query=ASKED)["haq_di"].iloc[0] == 1.5
