"""How every figure shows what can be said of a patient's response at a planned visit."""

from __future__ import annotations

from types import MappingProxyType

from myositis_tools.figures.parts.theme import CLASS_SIGNS, GREY, INK, ORANGE, PALE, RESPONSE_COLOURS
from myositis_tools.studies.follow_up.response_states import BASELINE, GONE, NO_VISIT, NOT_CERTAIN

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
