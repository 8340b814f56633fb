"""A CSV of a million visits, checked and scored from the command line beside a bare read: `make bench-own-data`.

The sample's visits are repeated under new identifiers. Each work is done by a fresh process, of which the time and the
most memory held are reported. `--visits 100000` takes fewer.
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import myositis_tools as mt

_READ = "import sys, pandas; print(len(pandas.read_csv(sys.argv[1])))"


def make(path: Path, visits: int) -> None:
    """Write the sample's visits, repeated until there are so many."""
    sample = mt.load_visits()
    for copy in range(-(-visits // len(sample))):
        part = sample.assign(patient_id=sample["patient_id"] + f"-{copy}").head(visits - copy * len(sample))
        part.to_csv(path, mode="a", header=copy == 0, index=False)


def works(folder: Path) -> dict[str, list[str]]:
    """Each work as the words of its command."""
    file = str(folder / "visits.csv")
    command = [sys.executable, "-m", "myositis_tools.cli"]
    return {
        "bare read (pandas.read_csv)": [sys.executable, "-c", _READ, file],
        "check": [*command, "check", file],
        "score to Parquet": [*command, "score", file, "--out", str(folder / "scored.parquet")],
        "score to CSV": [*command, "score", file, "--out", str(folder / "scored.csv")],
    }


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--visits", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--once", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.once:
        start = time.perf_counter()
        status = subprocess.run(chosen.once, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak = used.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
        print(status, time.perf_counter() - start, used.ru_utime + used.ru_stime, peak)
        return
    with TemporaryDirectory() as place:
        make(Path(place, "visits.csv"), chosen.visits)
        size = Path(place, "visits.csv").stat().st_size / 1024**2
        print(f"{chosen.visits:,} visits, {size:.0f} MB; best of {chosen.rounds}")
        print(f"{'work':<32} {'best s':>7} {'median':>7} {'CPU s':>7} {'peak MB':>8}")
        for name, words in works(Path(place)).items():
            taken, worked, peaks = [], [], []
            for _ in range(chosen.rounds):
                once = [sys.executable, "-m", "tests.benchmarks.own_data", "--once", *words]
                said = subprocess.run(once, check=True, capture_output=True, text=True).stdout.split()
                assert said[0] == "0", f"{name} ended with status {said[0]}"
                taken.append(float(said[1]))
                worked.append(float(said[2]))
                peaks.append(float(said[3]))
            print(
                f"{name:<32} {min(taken):7.1f} {np.median(taken):7.1f} {min(worked):7.1f} {max(peaks):8.0f}", flush=True
            )


if __name__ == "__main__":
    main()
