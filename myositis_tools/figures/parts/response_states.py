"""How every figure shows what can be said of a patient's response at a planned visit."""

from __future__ import annotations

from types import MappingProxyType

from myositis_tools.figures.parts import colours
from myositis_tools.figures.parts.theme import CLASS_SIGNS
from myositis_tools.studies.follow_up.response_states import BASELINE, GONE, NO_VISIT, NOT_CERTAIN

# Its colour, the sign on it, and the colour of the sign.
LOOKS = MappingProxyType(
    {
        name: (colour, sign, colours.ink_on(colour))
        for name, colour, sign in (
            *((name, colour, CLASS_SIGNS[name]) for name, colour in colours.CLASSES.items()),
            (NOT_CERTAIN, colours.UNKNOWN, "?"),
            (NO_VISIT, colours.BEYOND, "×"),
            (BASELINE, colours.BASELINE, ""),
            (GONE, colours.BEYOND, "⊣"),
        )
    }
)
