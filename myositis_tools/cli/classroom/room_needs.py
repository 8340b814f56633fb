"""What a class needs of a machine, and what this machine has."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

# Measured with ten pages on two cores, each at the view of who fits a trial: 180 to 191 MB of its own (PSS), and 5 to 8
# seconds of a core until it is drawn. An idle page keeps its memory; it uses a core when it opens and when it answers.
MEGABYTES_A_PAGE = 190
CORE_SECONDS_A_PAGE = 8
# The server itself: 200 MB when it starts, and what it keeps of each page it has shown.
MEGABYTES_OF_THE_SERVER = 500
# What is left to everything else on the machine.
SPARE_SHARE = 0.1
# In a room most look at the course, and one in three has an app open beside it.
LEARNERS_TO_A_SECOND_PAGE = 3
# Pages that are ready before anybody comes: more would not open sooner, for the cores make them one after another.
MOST_PAGES_READY = 8

_CGROUP = Path("/sys/fs/cgroup")
_MEMORY = Path("/proc/meminfo")


@dataclass(frozen=True)
class RoomNeeds:
    """What a class of so many pages needs.

    Parameters
    ----------
    learners : int
        How many are expected.
    places : int
        Pages that can be open at once.
    """

    learners: int
    places: int

    @classmethod
    def of(cls, learners: int, places: int | None = None) -> RoomNeeds:
        """Count the places of a class: one page for each, and for one in three an app beside it."""
        return cls(learners, places or learners + -(-learners // LEARNERS_TO_A_SECOND_PAGE))

    @property
    def megabytes(self) -> int:
        """The memory when every place is taken and one page is ready for the next."""
        return round(((self.places + 1) * MEGABYTES_A_PAGE + MEGABYTES_OF_THE_SERVER) * (1 + SPARE_SHARE))

    @property
    def pages_ready(self) -> int:
        """How many pages of the course are made ready before they are asked for."""
        return min(MOST_PAGES_READY, self.places)

    def seconds_to_open(self, cores: int) -> int:
        """How long it takes until everybody's first page is there, when all come at once."""
        return round(max(0, self.learners - self.pages_ready) * CORE_SECONDS_A_PAGE / max(1, cores))

    def told(self, has: int | None, cores: int) -> list[str]:
        """Say what is needed and what this machine has, in sentences."""
        needs = (
            f"Needed: {gigabytes(self.megabytes)} of memory for {self.places} pages open at once "
            f"({self.learners} learners, and an app beside the course for some)."
        )
        wait = self.seconds_to_open(cores)
        waiting = f"{self.pages_ready} pages are made ready beforehand" + (
            f"; when all come at once, the last waits about {wait} seconds." if wait else "."
        )
        found = "not known" if has is None else gigabytes(has)
        return [needs, f"Here: {found} of memory free and {cores} cores. {waiting}"]

    def most_learners(self, has: int) -> int:
        """How many learners this much memory is enough for."""
        pages = (has / (1 + SPARE_SHARE) - MEGABYTES_OF_THE_SERVER) / MEGABYTES_A_PAGE - 1
        return max(0, int(pages * LEARNERS_TO_A_SECOND_PAGE / (LEARNERS_TO_A_SECOND_PAGE + 1)))


def gigabytes(megabytes: int) -> str:
    """Write an amount of memory for people."""
    return f"{megabytes / 1000:.1f} GB"


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_megabytes() -> int | None:
    """Find how much memory can still be used here; in a container what the container may use. None where unknown."""
    found = [amount for amount in (_free_in_linux(), _free_in_cgroup()) if amount is not None]
    if not found and sys.platform == "win32":
        return _free_in_windows()
    if not found and "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        # a Mac says how much it has, not how much is free; most of what others hold there can be given back
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_000_000
    return min(found, default=None)


def _free_in_linux() -> int | None:
    if not _MEMORY.is_file():
        return None
    lines = dict(line.split(":", 1) for line in _MEMORY.read_text(encoding="ascii").splitlines() if ":" in line)
    kibibytes = lines.get("MemAvailable", "").split()
    return int(kibibytes[0]) * 1024 // 1_000_000 if kibibytes else None


def _free_in_cgroup() -> int | None:
    """What the limit of a container leaves; None where there is no limit."""
    try:
        most = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        used = (_CGROUP / "memory.current").read_text(encoding="ascii").strip()
    except OSError:
        return None
    return (int(most) - int(used)) // 1_000_000 if most.isdigit() else None


def _free_in_windows() -> int | None:
    import ctypes

    class MemoryStatus(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("all", "free", "a", "b", "c", "d", "e")),
        )

    status = MemoryStatus(length=ctypes.sizeof(MemoryStatus))
    asked = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined,unused-ignore]
    return int(status.free) // 1_000_000 if asked else None
