"""What the number format of a spreadsheet cell shows of the value that the cell holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_TOKEN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|General|E[+-]|AM/PM|A/P|.', re.IGNORECASE | re.DOTALL)
_CONDITION = re.compile(r"\[\s*[<>=]")
_SPAN = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_CHANGES_A_NUMBER = re.compile(r"[0-9<>\u2264\u2265~\u2248%\u2030]")  # in words beside it
_DIGITS = "0#?"
_PER_COMMA = 1000


@dataclass(frozen=True)
class FormatSection:
    """One part of a format: what it shows of a number."""

    tokens: tuple[str, ...]

    @cached_property
    def words(self) -> str:
        """What stands beside the digits."""
        return "".join(map(_literal, self.tokens))

    @cached_property
    def digits(self) -> str:
        """The places of digits, with the signs between them."""
        return "".join(token for token in self.tokens if token in (*_DIGITS, ".", ",", "%"))

    @cached_property
    def is_general(self) -> bool:
        """Whether a number stands as it is."""
        return any(token.lower() == "general" for token in self.tokens)

    @cached_property
    def has_number(self) -> bool:
        """Whether a number is shown at all."""
        return self.is_general or any(sign in self.digits for sign in _DIGITS)

    @cached_property
    def percents(self) -> int:
        """How many times it multiplies by a hundred."""
        return self.digits.count("%")

    @cached_property
    def thousands(self) -> int:
        """How many times it divides by a thousand."""
        found = re.search(r"[0#?](,+)(?=$|[.%])", self.digits)
        return len(found[1]) if found else 0

    @cached_property
    def whole_places(self) -> str:
        """The places before the decimal sign."""
        return self.digits.split(".")[0].replace(",", "").replace("%", "")

    @cached_property
    def decimals(self) -> int:
        """The places after the decimal sign that are always shown."""
        return self.digits.partition(".")[2].count("0")

    @cached_property
    def least_digits(self) -> int:
        """How many digits stand before the decimal sign at least."""
        return self.whole_places.count("0") if not any("/" in token or "E" in token for token in self.tokens) else 1


@dataclass(frozen=True)
class NumberFormat:
    """The format of a cell."""

    code: str

    @cached_property
    def sections(self) -> tuple[FormatSection, ...]:
        """The parts for numbers above, below and at zero."""
        return tuple(map(FormatSection, _sections(self.code)))

    @cached_property
    def parts_of_a_date(self) -> frozenset[str]:
        """Which of year (y), month (m), day (d) and clock (h) are shown; none where it shows a number."""
        first = [token for token in self.sections[0].tokens if not _is_beside(token)]
        letters = "".join(first).lower()
        if self.sections[0].is_general or not re.search("[dmhyse]", letters) or re.search(r"[0#?]e[+-]", letters):
            return frozenset()
        letters = re.sub(r"(h+)([^a-z]*)(m+)", r"\1\2n", letters)  # minutes
        letters = re.sub(r"m+([^a-z]*)s", r"n\1s", letters)
        shown = {"y" for sign in "ye" if sign in letters} | {sign for sign in "md" if sign in letters}
        return frozenset(shown | {"h" for sign in "hs" if sign in letters})

    @cached_property
    def is_span(self) -> bool:
        """Whether it shows hours, minutes or seconds that run on beyond a day."""
        return _SPAN.search(self.code) is not None

    @cached_property
    def is_plain(self) -> bool:
        """Whether every number stands as it is held."""
        first = self.sections[0]
        return self.code == "@" or (
            len(self.sections) == 1
            and not self.parts_of_a_date
            and not self.is_span
            and not _CONDITION.search(self.code)
            and (first.is_general or "0" in first.whole_places)
            and not first.percents
            and not first.thousands
            and first.least_digits <= 1
            and not _CHANGES_A_NUMBER.search(first.words)
            and "-" not in first.words
        )

    def section_for(self, number: float) -> FormatSection:
        """The part that a number is shown by."""
        place = 1 if number < 0 else 2 if number == 0 else 0
        return self.sections[place] if place < len(self.sections) else self.sections[0]

    def hides(self, number: float) -> str:
        """How a number is shown as another; empty where it is not.

        Examples
        --------
        >>> NumberFormat('0;-0;"n.d."').hides(0), NumberFormat("0.0").hides(0)
        ("'n.d.'", '')
        >>> NumberFormat("0.0,").hides(5000), NumberFormat(";;;").hides(3)
        ('divided by 1,000', 'as nothing')
        """
        section = self.section_for(number)
        if _CONDITION.search(self.code):
            return "by a rule"
        if section.is_general:
            return ""
        if not section.has_number:
            return repr(section.words.strip()) if section.words.strip() else "as nothing"
        if section.thousands:
            return f"divided by {_PER_COMMA**section.thousands:,}"
        if number == 0 and not re.search("[0?]", section.digits):
            return "as nothing"
        if number < 0 and len(self.sections) > 1 and not re.search(r"[-(\u2212]", section.words):
            return "without its sign"
        if _CHANGES_A_NUMBER.search(section.words) or (number >= 0 and re.match(r"\s*[-\u2212]", section.words)):
            return f"with {section.words.strip()!r}"
        return ""

    def padded(self, number: float) -> str:
        """A whole number as its format shows it, where that has zeros before it; else empty.

        Examples
        --------
        >>> NumberFormat("00000").padded(7), NumberFormat("0").padded(7), NumberFormat('"P-"000').padded(7)
        ('00007', '', 'P-007')
        """
        section = self.section_for(number)
        is_whole = float(number).is_integer() and number >= 0
        if not is_whole or section.least_digits <= 1 or "." in section.digits or section.percents or section.thousands:
            return ""
        return _filled(section.tokens, f"{number:.0f}")

    def with_decimals(self, number: float) -> str:
        """A number with the zeros at its end that its format shows; empty where it shows none of them.

        Examples
        --------
        >>> NumberFormat("0.00").with_decimals(1.1), NumberFormat("0.00").with_decimals(7.0)
        ('1.10', '')
        """
        places = self.section_for(number).decimals
        shown = f"{number:.{places}f}"
        return shown if places and not float(number).is_integer() and float(shown) == number else ""


def _filled(tokens: Sequence[str], digits: str) -> str:
    """The digits in their places, from the last on."""
    places = sum(token in _DIGITS for token in tokens)
    left, made = digits.zfill(places), []
    first = len(left) - places  # more digits than places stand in the first place
    used = 0
    for part in tokens:
        if part in _DIGITS:
            take = first + 1 if used == 0 else 1
            made.append(left[used : used + take])
            used += take
        elif part != ",":
            made.append(_literal(part))
    return "".join(made).strip()


def _sections(code: str) -> list[tuple[str, ...]]:
    found: list[list[str]] = [[]]
    for part in _TOKEN.findall(code):
        if part == ";":
            found.append([])
        else:
            found[-1].append(part)
    return [tuple(section) for section in found]


def _is_beside(token: str) -> bool:
    return token[0] in '"\\_*[' or token.lower() in ("am/pm", "a/p")


def _literal(token: str) -> str:
    """What a token shows beside the digits."""
    if token.startswith('"'):
        return token.strip('"')
    if token.startswith("\\"):
        return token[1:]
    if token.startswith("[$"):  # the sign of a currency
        return token[2:-1].split("-")[0]
    if token[0] in "_*[":
        return " " if token[0] == "_" else ""
    is_number = token in (*_DIGITS, ".", ",", "%", "@") or len(token) > 1
    return "" if is_number else token
