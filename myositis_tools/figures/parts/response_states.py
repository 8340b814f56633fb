"""What can be said of a patient's response at a planned visit, and how every figure shows it."""

from __future__ import annotations

from types import MappingProxyType

from myositis_tools.figures.parts.theme import GREY, INK, ORANGE, PALE, RESPONSE_COLOURS
from myositis_tools.figures.patient.total_improvement import CLASS_SIGNS, NO_VISIT

BASELINE, NOT_CERTAIN, GONE = "baseline", "not certain", "not seen again"
CLASSES = tuple(CLASS_SIGNS)  # from no response upward
STATES = (*CLASSES[::-1], NOT_CERTAIN, NO_VISIT, GONE)  # the best first
_WHITE = "#FFFFFF"
# Its colour, the sign on it, and the colour of the sign.
LOOKS = MappingProxyType(
    {
        "none": (RESPONSE_COLOURS["none"], CLASS_SIGNS["none"], INK),
        "minimal": (RESPONSE_COLOURS["minimal"], CLASS_SIGNS["minimal"], INK),
        "moderate": (RESPONSE_COLOURS["moderate"], CLASS_SIGNS["moderate"], _WHITE),
        "major": (RESPONSE_COLOURS["major"], CLASS_SIGNS["major"], INK),
        NOT_CERTAIN: (ORANGE, "?", INK),
        NO_VISIT: (_WHITE, "×", GREY),
        BASELINE: (PALE, "", INK),
        GONE: (_WHITE, "⊣", GREY),
    }
)
