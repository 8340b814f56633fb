"""Scores and decisions of cohorts larger than the memory: `make bench-parts`.

The sample is repeated under new identifiers and kept as Parquet (`cohort.make`). Each size is worked on in a fresh
process by the command itself, of which the time and the most memory held are reported. Beside it stands a floor: DuckDB
reads the same visits, puts each beside its baseline and writes five differences, which is the least a score has to do.
`--patients 1000000` takes another size; `--memory` another limit.
"""

import argparse
import math
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tests.benchmarks.cohort import TABLES, peak_megabytes

MEASURES = ("physician_global_cm", "patient_global_cm", "mmt8_150", "haq_di", "extramuscular_cm")
COMMANDS = ("floor", "score", "screen")


def floor(folder: Path, memory: str) -> None:
    """The differences from baseline, as one query."""
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{memory}'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"SET temp_directory = '{folder}'")
        visits = connection.read_parquet(str(folder / "visits.parquet"))
        baseline = visits.filter("week = 0").project(
            "patient_id, " + ", ".join(f"{name} AS before_{name}" for name in MEASURES)
        )
        changes = ", ".join(f"{name} - before_{name} AS change_{name}" for name in MEASURES)
        visits.join(baseline.set_alias("baseline"), "patient_id", how="left").project(f"*, {changes}").write_parquet(
            str(folder / "floor.parquet")
        )


def once(command: str, folder: Path, memory: str) -> None:
    """Do one thing, and print seconds and megabytes."""
    from typer.testing import CliRunner

    from myositis_tools import cli

    start = time.perf_counter()
    if command == "floor":
        floor(folder, memory)
    else:
        files = {"score": ["visits"], "screen": list(TABLES)}[command]
        others = [word for name in files[1:] for word in (f"--{name}", str(folder / f"{name}.parquet"))]
        first = [command, str(folder / f"{files[0]}.parquet"), *others]
        done = CliRunner().invoke(cli.make_commands(), [*first, "--out", str(folder / command), "--memory", memory])
        assert done.exit_code == 0, done.output
    seconds = time.perf_counter() - start
    print(seconds, peak_megabytes())


def measured(command: str, folder: Path, memory: str) -> tuple[float, float]:
    """Seconds and megabytes of a fresh process."""
    words = [sys.executable, "-m", "tests.benchmarks.parts", "--once", command, str(folder), "--memory", memory]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def main() -> None:
    """Print a line for each size and command, and how time grows between the last two sizes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patients", type=int, action="append", help="a size; may be repeated")
    arguments.add_argument("--command", choices=COMMANDS, action="append", help="one command only")
    arguments.add_argument("--memory", default="2GB", help="the most that may be held")
    arguments.add_argument("--once", nargs=2, metavar=("COMMAND", "FOLDER"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.once:
        once(chosen.once[0], Path(chosen.once[1]), chosen.memory)
        return
    print(f"{'command':<8} {'patients':>10} {'visits':>10} {'seconds':>8} {'peak MB':>9}", flush=True)
    seen: dict[str, list[tuple[int, float]]] = {}
    for patients in chosen.patients or (100_000, 1_000_000):
        with TemporaryDirectory() as place:
            # Linux counts a process's memory from the size of the one that asks, so the data are made by another
            made = f"from tests.benchmarks.cohort import *; make(Path({place!r}), {patients})"
            subprocess.run([sys.executable, "-c", made], check=True, capture_output=True)
            with duckdb.connect() as connection:
                visits = connection.read_parquet(f"{place}/visits.parquet").count("*").fetchall()[0][0]
            for command in chosen.command or COMMANDS:
                seconds, megabytes = measured(command, Path(place), chosen.memory)
                seen.setdefault(command, []).append((patients, seconds))
                print(f"{command:<8} {patients:>10} {visits:>10} {seconds:>8.1f} {megabytes:>9.0f}", flush=True)
    for command, sizes in seen.items():
        if len(sizes) > 1:
            (few, before), (many, after) = sizes[-2:]
            print(f"{command}: time grows with exponent {math.log(after / before) / math.log(many / few):.2f}")


if __name__ == "__main__":
    main()
