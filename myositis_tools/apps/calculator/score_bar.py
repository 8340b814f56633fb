"""The score on its scale: what is earned, open and out of reach, above the zones of the response categories."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from myositis_tools.apps.calculator.score_findings import Findings
from myositis_tools.figures.parts import colours
from myositis_tools.figures.patient.total_improvement import MOST_POINTS
from myositis_tools.scores.core_set import classes


def score_bar(findings: Findings) -> str:
    """Draw it as HTML, from what `Findings` says; its text for those who do not see it are its own words."""
    parts = [(words, look, points) for words, look, points in _parts(findings) if points > 0]
    lane = "".join(f"<div style='flex:0 0 {points:g}%;{look}'></div>" for _, look, points in parts)
    words = [f"{points:g} {word}" for word, _, points in parts]
    legend = "".join(f"<span><i style='{parts[place][1]}'></i>{said}</span>" for place, said in enumerate(words))
    if not findings.has_values:
        lane = legend = ""
    said = escape("; ".join(words) if findings.has_values else findings.headline)
    return (
        f"<div class='mt-score'><div role='img' aria-label='Score from 0 to {MOST_POINTS:g}: {said}'>"
        f"<div class='mt-score-lane'>{lane}</div><div class='mt-score-zones'>{_zones(findings)}</div></div>"
        f"<div class='mt-score-words' aria-hidden='true'>{legend}</div></div>"
    )


def _parts(findings: Findings) -> list[tuple[str, str, float]]:
    """What the scale consists of: in words, its look, and how many points it takes."""
    sums = findings.frame[["points", "not_known", "within_reach", "out_of_reach"]].sum()
    earned = colours.CLASSES[findings.class_of(findings.bounds[0])]
    if earned == colours.CLASSES["none"]:
        earned = colours.UNCHANGED
    return [
        ("points earned", f"background:{earned}", sums["points"]),
        ("not known: a value is missing", _pattern(colours.UNKNOWN, 90), sums["not_known"]),
        ("not earned, within reach", "background:transparent", sums["within_reach"]),
        ("out of reach", _pattern(colours.QUIET, 135), sums["out_of_reach"]),
    ]


def _pattern(colour: str, angle: int) -> str:
    return f"background:repeating-linear-gradient({angle}deg,{colour} 0 2px,{colours.BEYOND} 2px 6px)"


def _zones(findings: Findings) -> str:
    """A zone for each category, in its colour where the score is or can be."""
    known = classes(findings.population)
    ends = [one.minimum for one in known] + [MOST_POINTS]
    low, high = (findings.class_of(end) for end in findings.bounds)
    names = [one.name for one in known]
    here = names[names.index(low) : names.index(high) + 1] if findings.has_values else []
    zones = []
    for name, (start, end) in zip(names, pairwise(ends), strict=True):
        shade = (colours.CLASSES if name in here else colours.CLASS_TINTS)[name]
        look = " class='mt-score-here'" if name in here else ""
        label = f"{start:g} {name}" if start else f"no response, below {known[1].minimum:g}"
        zones.append(
            f"<div{look} style='flex:0 0 {100 * (end - start) / MOST_POINTS:g}%;background:{shade};"
            f"color:{colours.ink_on(shade)}'>{label}</div>"
        )
    return "".join(zones)
