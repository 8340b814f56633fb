"""Write the committed sample cohort again: ``python -m myositis_tools.sample data/sample``."""

import argparse
import sys
from pathlib import Path

from myositis_tools.sample.files import write_sample


def main(arguments: list[str] | None = None) -> int:
    """Write the files into a folder and say so."""
    parser = argparse.ArgumentParser(prog="python -m myositis_tools.sample", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write patients, visits, medications, events and own_data")
    folder = parser.parse_args(arguments).folder
    cohort = write_sample(folder)
    sys.stdout.write(f"{len(cohort.patients)} patients and {len(cohort.visits)} visits written to {folder}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
