"""Make the reference numbers of this folder again: ``make evidence``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from shutil import which

from tests.evidence import coverage, type_one_error

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "r").glob("[!c]*.R"))  # common.R is read by each
PACKAGES = ("survival", "MASS", "nlme", "mice", "geepack", "cmprsk", "clubSandwich")
NO_R = "R is not there: the committed numbers of tests/evidence/expected stay as they are."


def run_r(out: Path) -> str:
    """Run every script of R, which writes its table into a folder; give what stands in the way, or nothing."""
    rscript = which("Rscript")
    if rscript is None:
        return NO_R
    asked = "; ".join(f"if (!requireNamespace('{one}', quietly = TRUE)) cat('{one} ')" for one in PACKAGES)
    lacking = subprocess.run([rscript, "-e", asked], capture_output=True, text=True, check=True).stdout.split()
    if lacking:
        return f"R lacks {', '.join(lacking)}: on Debian {' '.join(f'r-cran-{one.lower()}' for one in lacking)}."
    for script in SCRIPTS:
        subprocess.run([rscript, script], check=True, env=os.environ | {"EVIDENCE_OUT": str(out)})
    return ""


def main(arguments: list[str] | None = None) -> int:
    """Write the tables and say what was done."""
    parser = argparse.ArgumentParser(prog="python -m tests.evidence.make", description=__doc__)
    parser.add_argument("--simulations", action="store_true", help="simulate errors and coverage too")
    asked = parser.parse_args(arguments)
    why_not = run_r(HERE / "expected")
    sys.stdout.write(f"{why_not or f'{len(SCRIPTS)} scripts of R were run: compare with git diff tests/evidence'}\n")
    if asked.simulations:
        type_one_error.main([])
        coverage.main([])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
