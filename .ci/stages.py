"""Run the stages of `make test`; say at the end how long each took, and first of all which failed.

usage: stages.py STEP...

A step is a target of the Makefile, or several in one argument, which run beside each other. A stage that fails stops
no other: one run tells all that is wrong. What each said stands in build/test-logs; that of a failed one is printed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

LOGS = Path("build/test-logs")
SIGN_OF_LIFE_SECONDS = 60


class Stage:
    """A target of the Makefile on its way."""

    def __init__(self, name: str) -> None:
        self.name, self._start, self.seconds = name, time.monotonic(), 0.0
        self._log = LOGS / f"{name}.log"
        with self._log.open("wb") as log:
            command = ["make", "--no-print-directory", name]
            # a session of its own: Ctrl+C reaches it once, from here
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)  # noqa: S603

    def is_over(self) -> bool:
        """Whether it has come to an end."""
        self.seconds = time.monotonic() - self._start
        return self._process.poll() is not None

    @property
    def failed(self) -> bool:
        """Whether it went wrong; asked when it is over."""
        return self._process.returncode != 0

    def interrupt(self) -> None:
        """Break it off, and let it close what it has open."""
        os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait()

    def said(self) -> str:
        """What it has printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace").strip()

    def progress(self) -> str:
        """Its name and how far pytest has come."""
        return " ".join([self.name, *re.findall(r"\[ *(\d+%)\]", self.said())[-1:]])

    def result(self) -> str:
        """What it came to, and in what time."""
        return f"{'FAILED' if self.failed else 'passed'}: {self.name} in {_spoken(self.seconds)}"


def _spoken(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


def _tell(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def run_beside_each_other(names: list[str]) -> list[Stage]:
    """Run the stages of a step; print of each what it came to as soon as it is over."""
    _tell(f"{', '.join(names)} ...")
    running, done = [Stage(name) for name in names], []
    told = time.monotonic()
    try:
        while running:
            time.sleep(0.1)
            for stage in [stage for stage in running if stage.is_over()]:
                running.remove(stage)
                done.append(stage)
                said = stage.said()
                _tell(f"{stage.result()}\n{said if stage.failed else said.rpartition(chr(10))[-1]}\n")
            if running and time.monotonic() - told > SIGN_OF_LIFE_SECONDS:
                told = time.monotonic()
                _tell(f"  {_spoken(running[0].seconds)}: {', '.join(stage.progress() for stage in running)}")
    except KeyboardInterrupt:
        for stage in running:
            stage.interrupt()
        raise
    return done


def main(steps: list[str]) -> int:
    """Run all steps; 1 if a stage failed."""
    start = time.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    done = [stage for step in steps for stage in run_beside_each_other(step.split())]
    for stage in sorted(done, key=lambda stage: not stage.failed):
        _tell(stage.result())
    _tell(f"{_spoken(time.monotonic() - start)} in all")
    return int(any(stage.failed for stage in done))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
