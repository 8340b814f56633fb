"""The one table of colours, by what they mean; no other file of figures names a colour.

The hues are those of Okabe and Ito and of Tol, or tints of them, which people with any common colour vision deficiency
can tell apart. Nothing is said by colour alone: a sign, a pattern, a dash or the word stands with it. Full
colours are for marks, tints for areas. ``UNKNOWN`` is all that cannot be decided, and nothing else has its colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# What every figure is written with.
PAPER, INK, QUIET, GRID = "#FFFFFF", "#1B1F24", "#5B6570", "#E6EAEE"
ABNORMAL = "#FBF1E6"  # the zone of abnormal values
BEYOND = "#F1F3F5"  # a place that nothing can reach, or where nothing was seen
BASELINE = "#F7F8FA"  # the visit from which change is counted
ACCENT = "#0B5A8A"  # what is pointed at without a meaning of its own
INK_ON_FILL, PAPER_ON_FILL = "#1B1F25", "#FFFFFE"  # stay what they are on a dark page: the fill beneath them stays too

# What the criteria make of a patient.
FITS, UNKNOWN, NEARLY, DOES_NOT_FIT = "#0072B2", "#E69F00", "#F2A988", "#C65000"
FITS_TINT, UNKNOWN_TINT, DOES_NOT_FIT_TINT = "#D3E6F2", "#FBE7BD", "#F8D5BF"

# How much a patient improved: one hue that grows darker; improvement by itself is as the best class.
CLASSES = MappingProxyType({"none": "#DCE0E4", "minimal": "#8FCFBA", "moderate": "#3A9E80", "major": "#005F48"})
CLASS_TINTS = MappingProxyType({"none": "#ECEEF1", "minimal": "#D2EDE3", "moderate": "#9AD2BF", "major": "#55AD92"})
IMPROVED, WORSENED, UNCHANGED = "#005F48", "#A63A00", "#AEB6BE"
IMPROVED_TINT, WORSENED_TINT, UNCHANGED_TINT = "#CFEBE1", "#F5CDB8", "#E9ECEF"

# Arm A, arm B, and further groups; whatever is not recorded comes last.
GROUPS = ("#5B3A9E", "#B5527B", "#0E9AA3", "#7A5A2B", "#8C9BE0", "#8A8F2B", "#22303C", "#8A939C")
NO_GROUP = GROUPS[-1]

# The six measures of the core set, as `scores.core_set.measures` orders them.
MEASURES = ("#88CCEE", "#3E5FA8", "#44AA99", "#EDB3CF", "#8A8A2A", "#7A1F47")

# Percentages, strengths and how likely a diagnosis is: from none to all.
SHARE = ("#F4F8FB", "#DCEAF3", "#0B3F6B")
STRENGTH = ("#0B3C5D", "#5B9BC4", "#E8F1F7")
LIKELIHOOD = ("#FFFFFF", "#E3EEF5", "#B7D4E6", "#7FB3D3")
COUNTED = "#3E5FA8"  # points that make up a score
WINDOW = "#9CCBE4"  # a stretch of time that a criterion looks at

_ON_DARK = MappingProxyType(
    {
        PAPER: "#14181D",
        INK: "#E8ECF0",
        QUIET: "#A4AEB8",
        GRID: "#2C343C",
        ABNORMAL: "#2E261C",
        ACCENT: "#7CC4F0",
        GROUPS[0]: "#A48BE0",
        GROUPS[6]: "#B9C4CE",
        CLASSES["major"]: "#00805F",
        FITS: "#3C9BD6",
        FITS_TINT: "#1F4259",
    }
)


def with_opacity(colour: str, opacity: float) -> str:
    """A colour through which others can be seen."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def ink_on(fill: str) -> str:
    """Dark or white letters, whichever are read more easily on a fill."""
    return max((INK_ON_FILL, PAPER_ON_FILL), key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """How well two colours stand apart, 1 to 21, as the Web Content Accessibility Guidelines count it."""
    dark, light = sorted(_luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def on_dark_pages() -> Mapping[str, str]:
    """What each colour becomes on a dark page; a colour that is not there stays."""
    return _ON_DARK
