"""A cohort of a million patients from records to decisions, within the machine's memory: `make bench-cohort`.

The sample cohort is repeated under new identifiers and kept as Parquet, which DuckDB reads and writes piece by piece.
Each engine works in a fresh process, of which the time and the most memory held are reported, reading and writing
included. `--patients 100000` takes fewer.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd

import myositis_tools as mt

TABLES = ("patients", "visits", "medications", "events")
ENGINES = ("DuckDB", "pandas")


def make(folder: Path, patients: int) -> None:
    """Write the sample, repeated until there are so many patients."""
    copies = pd.DataFrame({"copy": range(-(-patients // len(mt.load_patients())))})
    with duckdb.connect() as connection:
        repeated = connection.from_df(copies)
        for name in TABLES:
            sample = connection.from_df(getattr(mt, f"load_{name}")())
            renamed = sample.cross(repeated).project(
                "* EXCLUDE (patient_id, copy), patient_id || '-' || copy AS patient_id"
            )
            renamed.write_parquet(str(folder / f"{name}.parquet"))


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    per_megabyte = 1024**2 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_megabyte


def derive(read: Callable[[str], Any]) -> Any:
    """Derive the screening table of all patients."""
    visits, medications, events = (read(name) for name in TABLES[1:])
    return mt.derive_screening(read("patients"), visits=visits, medications=medications, events=events)


def once(engine: str, folder: Path, memory: str) -> None:
    """Work with one engine, and print seconds, megabytes and decisions."""
    start = time.perf_counter()
    out = folder / f"decisions_{engine}.parquet"
    if engine == "DuckDB":
        connection = duckdb.connect()
        connection.execute(f"SET memory_limit = '{memory}'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"SET temp_directory = '{folder}'")

        def read(name: str) -> duckdb.DuckDBPyRelation:
            return connection.read_parquet(str(folder / f"{name}.parquet"))

        derive(read).write_parquet(str(folder / "screening.parquet"))  # else it would be derived for each question
        mt.TIME_IS_MUSCLE.decide(read("screening")).write_parquet(str(out))
    else:
        screening = derive(lambda name: pd.read_parquet(folder / f"{name}.parquet"))
        screening.to_parquet(folder / "screening.parquet")
        mt.TIME_IS_MUSCLE.decide(screening).to_parquet(out)
    seconds = time.perf_counter() - start
    peak = peak_megabytes()
    counts = duckdb.read_parquet(str(out)).aggregate("decision, count(*)").order("decision").fetchall()
    said = ", ".join(f"{count} {word}" for word, count in counts)
    print(f"{engine:<8} {seconds:8.1f} {peak:9.0f}  {said}")


def main() -> None:
    """Print a line for each engine."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patients", type=int, default=1_000_000)
    arguments.add_argument("--engine", choices=ENGINES, action="append", help="one engine only")
    arguments.add_argument("--memory", default="4GB", help="the most that DuckDB may hold before it uses the disk")
    arguments.add_argument("--once", nargs=2, metavar=("ENGINE", "FOLDER"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.once:
        once(chosen.once[0], Path(chosen.once[1]), chosen.memory)
        return
    with TemporaryDirectory() as place:
        command = [sys.executable, "-m", "tests.benchmarks.cohort"]
        # Linux counts a process's memory from the size of the one that asks, so the data are made by another too
        subprocess.run(
            [sys.executable, "-c", f"from tests.benchmarks.cohort import *; make(Path({place!r}), {chosen.patients})"],
            check=True,
        )
        print(f"{chosen.patients} patients\n{'engine':<8} {'seconds':>8} {'peak MB':>9}", flush=True)
        for engine in chosen.engine or ENGINES:
            subprocess.run([*command, "--memory", chosen.memory, "--once", engine, place], check=True)


if __name__ == "__main__":
    main()
