"""The words by which a spreadsheet names weeks, months, baseline and totals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from myositis_tools.exchange.files.headings import plain_heading
from myositis_tools.tables import records

_NUMBER = r"(?P<number>-?\d{1,3})"
_GAP = r"[\s_.\-]*"


@dataclass(frozen=True)
class WeekNamed:
    """A text that names when: what is left of it, the part that says when, and the week, if that part says it."""

    rest: str
    part: str
    week: int | None


@cache
def words_for(of: str) -> frozenset[str]:
    """The words of ``tables/layout_words.csv`` for one thing, in small letters."""
    return frozenset(str(row["word"]).lower() for row in records("layout_words") if row["of"] == of)


def week_named(text: str) -> WeekNamed | None:
    """Find the week, month, visit or baseline that a heading or the name of a sheet states; a month is no week.

    Examples
    --------
    >>> week_named("HAQ wk12")
    WeekNamed(rest='HAQ', part='wk12', week=12)
    >>> week_named("VAS (mm) baseline").week, week_named("HAQ 3 mnd").week
    (0, None)
    >>> week_named("MMT8")
    """
    for pattern, is_week in _patterns():
        match = pattern.search(text)
        if match is None:
            continue
        rest = re.sub(r"[(\[]\s*[)\]]", " ", text[: match.start()] + " " + text[match.end() :])
        rest = re.sub(r"\s+", " ", rest).strip(" _.-:,")
        number = match.groupdict().get("number")
        week = int(number) if is_week and number is not None else 0 if number is None else None
        return WeekNamed(rest, match["part"].strip(" _.-"), week)
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Each way to say when; a single letter stands right before its number, and not after it."""
    found: list[tuple[re.Pattern[str], bool]] = []
    for of in ("week", "month", "visit"):
        whole = _any_of(word for word in words_for(of) if len(word) > 1)
        letters = _any_of(word for word in words_for(of) if len(word) == 1)
        before = rf"(?:(?:{whole}){_GAP}|(?:{letters})){_NUMBER}(?!\d)"
        after = rf"{_NUMBER}{_GAP}(?:{whole})(?![a-z])"
        ways = (before, after) if of != "visit" else (before,)
        found += [(re.compile(rf"(?<![a-z0-9])(?P<part>{way})", re.IGNORECASE), of == "week") for way in ways]
    baseline = _any_of(words_for("baseline"))
    found.append((re.compile(rf"(?<![a-z0-9])(?P<part>{baseline})(?![a-z0-9])", re.IGNORECASE), True))
    return tuple(found)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def weekly_headings(headings: Iterable[str], weeks: Mapping[str, int | None]) -> dict[str, WeekNamed]:
    """The headings that hold a measure at a week: one measure at two times or more, each a week that is known or asked.

    A number alone (``HAQ_12``) is a week only where the same measure has one at 0 or at baseline.
    """
    headings = list(headings)
    named = {name: found for name in headings if (found := week_named(name)) is not None and found.rest}
    bare = {
        name: WeekNamed(match[1].strip(" _.-"), match[2], int(match[2]))
        for name in headings
        if (match := re.fullmatch(r"(.*?\S)[\s_.\-]+(\d{1,3})", name))
    }
    begun = {plain_heading(found.rest) for found in (*named.values(), *bare.values()) if found.week == 0}
    in_step = {
        name: found
        for name, found in bare.items()
        if plain_heading(found.rest) in begun and (name not in named or named[name].week is None)
    }
    named |= in_step  # also of 'date visit_0', whose visit is no number of its own where others count in weeks
    times: dict[str, set[str]] = {}
    for found in named.values():
        times.setdefault(plain_heading(found.rest), set()).add(found.part.lower())
    most = max(map(len, times.values()), default=0)
    if most < 2:
        return {}
    told = {name.lower(): week for name, week in weeks.items()}
    return {
        name: WeekNamed(found.rest, found.part, told.get(found.part.lower(), found.week))
        for name, found in named.items()
    }


def is_total(text: object) -> bool:
    """Whether a cell where a patient should stand says that its row is a sum or a mean.

    Examples
    --------
    >>> is_total("Totaal"), is_total("Totaal (n=14):"), is_total("T01"), is_total("Gemiddelde HAQ")
    (True, True, False, True)
    """
    if not isinstance(text, str):
        return False
    first, *others = plain_heading(text).split() or [""]
    return first in _plain_totals() and not (len(first) < 3 and others)


@cache
def _plain_totals() -> frozenset[str]:
    return frozenset(map(plain_heading, words_for("total")))
