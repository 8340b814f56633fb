"""What can be said of a patient's response at a planned visit."""

from __future__ import annotations

from myositis_tools.scores.core_set import classes

BASELINE, NOT_CERTAIN, NO_VISIT, GONE = "baseline", "not certain", "no visit", "not seen again"
CLASSES = tuple(one.name for one in classes("adult"))  # from no response upward
STATES = (*CLASSES[::-1], NOT_CERTAIN, NO_VISIT, GONE)  # the best first
