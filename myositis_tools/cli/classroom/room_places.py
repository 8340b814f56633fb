"""Who has which place in the room: a page for each before a second for any, and a line when all are taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

# The course and one app beside it.
MOST_PAGES_A_SEAT = 2
# A waiting page asks again by itself; one that has not asked three times is gone from the line.
ASK_AGAIN_SECONDS = 10
ASK_SOON_SECONDS = 3
# A page that has been sent connects when the browser has read it, on a slow network later.
TIME_TO_CONNECT_SECONDS = 60
TIME_TO_COME_BACK_SECONDS = 30

Why = Literal["full", "making", "failing", "own pages", "others first"]


@dataclass(frozen=True)
class PlaceAnswer:
    """What a seat is told that asks for a place.

    Parameters
    ----------
    granted : bool
        Whether it may have one now.
    why : {"full", "making", "failing", "own pages", "others first"}
        Why not: every place is taken, the next page is being made or cannot be made, the seat has as many as one seat
        may have, or the places left are those of learners who have none.
    ahead : int
        Seats that have waited longer.
    again_seconds : int
        When the page asks again.
    """

    granted: bool
    why: Why = "full"
    ahead: int = 0
    again_seconds: int = ASK_AGAIN_SECONDS


@dataclass
class RoomPlaces:
    """The places of a room, the seats that have them, and the line.

    Parameters
    ----------
    places : int
        Pages that can be open at once.
    learners : int
        How many are expected: a second page is given only where a first one is left for each of them.
    """

    places: int
    learners: int
    taken: dict[str, tuple[int, float]] = field(default_factory=dict)  # kernel: its seat, and since when
    line: dict[int, tuple[float, float]] = field(default_factory=dict)  # seat: asked first, asked last
    left: dict[int, float] = field(default_factory=dict)  # seat: when its last page went

    @property
    def free(self) -> int:
        """Places that nobody has."""
        return max(0, self.places - len(self.taken))

    def pages_of(self, seat: int) -> list[str]:
        """The pages of a seat, oldest first."""
        return [page for page, (owner, _) in self.taken.items() if owner == seat]

    def ask(self, seat: int, ready: int, now: float) -> PlaceAnswer:
        """Ask for a place; who does not get one stands in the line from now on."""
        gone = [one for one, (_, last) in self.line.items() if now - last > 3 * ASK_AGAIN_SECONDS]
        for one in gone:
            del self.line[one]
        since = self.line.get(seat, (now, now))[0]
        if self.pages_of(seat) or now - self.left.get(seat, -TIME_TO_COME_BACK_SECONDS) < TIME_TO_COME_BACK_SECONDS:
            since = 0.0  # a page that is loaded again goes before it comes: its place is not lost to the line
        ahead = sum(first < since for one, (first, _) in self.line.items() if one != seat)
        answer = self._answer(seat, ready, ahead)
        if answer.granted or answer.why in {"own pages", "others first"}:
            self.line.pop(seat, None)
        else:
            self.line[seat] = (since, now)
        return answer

    def _answer(self, seat: int, ready: int, ahead: int) -> PlaceAnswer:
        own = len(self.pages_of(seat))
        if own >= MOST_PAGES_A_SEAT:
            return PlaceAnswer(granted=False, why="own pages", again_seconds=ASK_SOON_SECONDS)
        if self.free <= ahead:
            return PlaceAnswer(granted=False, ahead=ahead)
        have_one = len({owner for owner, _ in self.taken.values()})
        if own and self.free <= self.learners - have_one:
            return PlaceAnswer(granted=False, why="others first", again_seconds=ASK_SOON_SECONDS)
        if ready <= ahead:
            return PlaceAnswer(granted=False, why="making", ahead=ahead, again_seconds=ASK_SOON_SECONDS)
        return PlaceAnswer(granted=True)

    def take(self, page: str, seat: int, now: float) -> None:
        """Give a place to a seat."""
        self.taken[page] = (seat, now)

    def give_back(self, page: str, now: float) -> None:
        """A page is gone: its place is free, and its seat may come back to it for a moment."""
        if page in self.taken:
            self.left[self.taken.pop(page)[0]] = now

    def left_behind(self, seat: int, is_open: Callable[[str], bool], now: float) -> list[str]:
        """The pages of a seat that no browser shows any more: of a reload, or of a browser that was killed."""
        return [
            page
            for page in self.pages_of(seat)
            if not is_open(page) and now - self.taken[page][1] > TIME_TO_CONNECT_SECONDS
        ]
