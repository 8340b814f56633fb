"""Small counts of a report, hidden so that they cannot be worked out of the counts beside them.

A table whose cells add up to a total tells a single hidden cell. Hence a small count takes another one with it, and
those that are hidden together are not few either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HIDDEN = "hidden"


@dataclass(frozen=True)
class Mask:
    """Counts of at least 1 and below `below` are hidden; None hides nothing."""

    below: int | None = None

    def is_small(self, count: int) -> bool:
        """Whether a count is hidden for its own sake."""
        return self.below is not None and 0 < count < self.below

    def parts(self, counts: Sequence[int]) -> list[bool]:
        """Which of some counts are hidden, if everybody knows what they add up to.

        Examples
        --------
        >>> Mask(5).parts([20, 3, 8, 0])
        [False, True, True, False]
        >>> Mask(5).parts([20, 1, 1, 8]), Mask(5).parts([20, 3, 4]), Mask().parts([20, 3])
        ([False, True, True, True], [False, True, True], [False, False])
        """
        hidden = [self.is_small(count) for count in counts]
        while any(hidden) and (sum(hidden) == 1 or self.is_small(_of(counts, hidden))):
            others = [place for place, count in enumerate(counts) if count > 0 and not hidden[place]]
            if not others:
                break
            hidden[min(others, key=lambda place: counts[place])] = True
        return hidden

    def said(self, count: int, *, hidden: bool | None = None) -> str:
        """A count as it is shown; hidden where it is small, if nothing else is said."""
        if not (self.is_small(count) if hidden is None else hidden):
            return f"{count:g}"
        return f"< {self.below}" if self.is_small(count) else HIDDEN

    def steps(self, losses: Sequence[Sequence[int]]) -> tuple[list[bool], list[bool]]:
        """Hide the steps of a flow.

        Parameters
        ----------
        losses : sequence of sequences
            How many each step takes out, kind by kind. How many begin and are left at the end is known.

        Returns
        -------
        tuple of two lists
            The steps whose losses are hidden; and the places of the flow, the first before the first step, at which it
            is hidden how many are left, since that would tell what a step takes out.

        Examples
        --------
        >>> Mask(5).steps([[6, 0], [2, 0], [1, 3], [7, 0]])
        ([False, True, True, False], [False, False, True, False, False])
        """
        sums = [sum(step) for step in losses]
        steps = [any(map(self.is_small, step)) for step in losses]
        while self.is_small(_of(sums, steps)):
            others = [place for place, count in enumerate(sums) if count > 0 and not steps[place]]
            if not others:
                break
            steps[min(others, key=lambda place: sums[place])] = True
        shown, since = [len(sums)], [0]
        for place in reversed(range(len(sums))):
            since[-1] += sums[place] if steps[place] else 0
            if not self.is_small(since[-1]):
                shown.append(place)
                since.append(0)
        if shown[-1] != 0:  # too few are hidden before the first places that are shown: they are hidden as well
            few = since.pop()
            while len(shown) > 1 and self.is_small(few):
                shown.pop()
                few += since.pop()
            shown.append(0)
        return steps, [place not in shown for place in range(len(sums) + 1)]


def _of(counts: Sequence[int], marked: Sequence[bool]) -> int:
    return sum(count for count, is_marked in zip(counts, marked, strict=True) if is_marked)
