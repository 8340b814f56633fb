"""Build what goes out and try it as a user gets it: `make release`. The network is needed for what the wheel needs."""

import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
SBOM_TOOL = ROOT / ".ci" / "release.lock"
EXTRA = "all"


def run(*command: object, cwd: Path = ROOT) -> str:
    """Run a command, say it, and stop where it fails."""
    print("+", *command, flush=True)
    # nothing of this checkout may stand in for what is missing in the wheel
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=cwd, env=environment, check=True, text=True, stdout=subprocess.PIPE).stdout


def environment_in(folder: Path, *requirements: object) -> Path:
    """Make an empty environment, install into it, and give its folder of programs."""
    venv.create(folder, with_pip=True, clear=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if requirements:
        run(programs / "python", "-m", "pip", "install", "--quiet", *requirements, cwd=folder)
    return programs


def tried(archive: Path, folder: Path, *, before: Path | None) -> Path:
    """Install what goes out, and use it in a folder whose name a program may trip over."""
    programs = environment_in(folder / "environment", *([before] if before else []))
    run(programs / "python", "-m", "pip", "install", "--quiet", "--upgrade", f"{archive}[{EXTRA}]", cwd=folder)
    run(programs / "python", "-m", "pip", "check", cwd=folder)
    place = folder / "a clinic's folder é"
    place.mkdir()
    command = programs / "myositis-tools"
    print(run(command, "--version", cwd=place), end="")
    for _ in range(2):  # and once more over the copy that is there
        run(command, "lab", "--no-start", cwd=place)
    notebooks = sorted(path.name for path in place.rglob("*.ipynb"))
    if not any(name.startswith("00_") for name in notebooks):
        raise SystemExit(f"the wheel brought no notebook to begin with: {notebooks}")
    program = "import myositis_tools as mt; mt.load_visits().to_csv('visits.csv', index=False)"
    run(programs / "python", "-c", program, cwd=place)
    print(run(command, "score", "visits.csv", "--out", "scored.xlsx", cwd=place), end="")
    return programs


def main() -> None:
    """Build, try, and write down what it needs."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--before", type=Path, help="an older wheel, which the new one is installed over")
    chosen = arguments.parse_args()
    shutil.rmtree(DIST, ignore_errors=True)
    run(sys.executable, "-m", "hatchling", "build", "-d", DIST)
    wheel, source = next(DIST.glob("*.whl")), next(DIST.glob("*.tar.gz"))
    with TemporaryDirectory() as place:
        for number, archive in enumerate((wheel, source)):
            folder = Path(place, str(number))
            folder.mkdir()
            programs = tried(archive, folder, before=chosen.before)
        tool = environment_in(Path(place, "tool"), "--require-hashes", "-r", SBOM_TOOL)
        run(tool / "cyclonedx-py", "environment", programs / "python", "--output-file", DIST / "sbom.json")
    for file in sorted(DIST.iterdir()):
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
