"""What is always true of a score of single items, and a slow second opinion on each in exact fractions.

A call costs the same for one sheet as for hundreds, so each property is asked of many random sheets at once.
"""

import random
from fractions import Fraction

import pandas as pd
import pytest

from myositis_tools.frames import TOLERANCE
from myositis_tools.tables import EVIDENCE
from tests.property.second_opinions import INSTRUMENTS, Instrument, Sheet

every_instrument = pytest.mark.parametrize("name", INSTRUMENTS)
SHARES_MISSING = [0, 0.02, 0.1, 0.5, 1]


@pytest.fixture(name="chance")
def _chance(request) -> random.Random:
    """A draw of its own for each test, the same every time."""
    return random.Random(request.node.name)  # noqa: S311 - a test, not a secret


def drawn(instrument: Instrument, chance: random.Random, count: int = 300) -> list[Sheet]:
    return [instrument.draw(chance, chance.choice(SHARES_MISSING)) for _ in range(count)]


def plain(value: object) -> object:
    return None if pd.isna(value) else value


def scored(instrument: Instrument, sheets: list[Sheet]) -> list[Sheet]:
    rows = instrument.score(instrument.frame(sheets)).to_dict("records")
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def is_close(found: object, expected: object) -> bool:
    """Equal, but for the last binary digits of a number that has more of them than fit."""
    if isinstance(expected, bool | str) or expected is None or found is None:
        return found == expected
    return abs(Fraction(found) - expected) <= abs(Fraction(expected)) / 2**49


@every_instrument
def test_random_sheets_agree_with_the_second_opinion(name, chance):
    instrument = INSTRUMENTS[name]
    sheets = drawn(instrument, chance, 1500)
    for sheet, row in zip(sheets, scored(instrument, sheets), strict=True):
        for column, expected in instrument.opinion(sheet).items():
            assert is_close(row[column], expected), (column, row[column], expected, sheet)


@every_instrument
def test_totals_lie_within_their_bounds_and_say_what_is_missing(name, chance):
    instrument = INSTRUMENTS[name]
    rows = scored(instrument, drawn(instrument, chance))
    assert {row["evidence"].split(":")[0] for row in rows} <= set(EVIDENCE)
    for total in instrument.totals:
        assert {row[total] is None for row in rows} == {True, False}  # the draw reaches both
        for row in rows:
            assert row[f"{total}_min"] <= row[f"{total}_max"]
            if row[total] is None:
                assert row["missing"] != ""
            else:
                # the mean of what was answered; the bounds are those of the whole sheet, in which an aid counts too
                has_aid = any(row[flag] for flag in instrument.flags if flag.startswith("aid_"))
                assert has_aid or row[f"{total}_min"] - TOLERANCE <= row[total]
                assert row[total] <= row[f"{total}_max"] + TOLERANCE


@every_instrument
def test_a_score_never_moves_against_an_item(name, chance):
    instrument = INSTRUMENTS[name]
    sheets = drawn(instrument, chance)

    def raised(sheet: Sheet) -> Sheet:
        known = [item for item in (*instrument.items, *instrument.words) if sheet[item] is not None]
        if not known:
            return sheet
        item = chance.choice(known)
        if item in instrument.words:
            above = instrument.words[item][instrument.words[item].index(sheet[item]) :]
            return sheet | {item: chance.choice(above)}
        step = chance.randint(1, instrument.items[item] * instrument.steps) / instrument.steps
        return sheet | {item: min(sheet[item] + step, instrument.items[item])}

    has_risen = False
    for was, then in zip(scored(instrument, sheets), scored(instrument, [*map(raised, sheets)]), strict=True):
        for total in instrument.totals:
            for column in (total, f"{total}_min", f"{total}_max"):
                # A total may become unknown: what multiplied nothing now multiplies something. Its bounds never do.
                if was[column] is not None and (then[column] is not None or column != total):
                    assert then[column] >= was[column] - TOLERANCE
                    has_risen |= then[column] > was[column]
    assert has_risen


@every_instrument
def test_filling_in_what_is_missing_keeps_within_the_bounds(name, chance):
    instrument = INSTRUMENTS[name]
    sheets = drawn(instrument, chance)

    def filled(sheet: Sheet) -> Sheet:
        other = instrument.draw(chance, 0)
        # What does not apply stays so; what is known does too.
        fields = (*instrument.items, *instrument.words)
        found = {name: other[name] for name in fields if sheet[name] is None and chance.random() < 0.7}
        return instrument.settled(sheet | found)

    for was, then in zip(scored(instrument, sheets), scored(instrument, [*map(filled, sheets)]), strict=True):
        for total in instrument.totals:
            for column in (f"{total}_min", f"{total}_max", total):
                if then[column] is not None:
                    assert was[f"{total}_min"] - TOLERANCE <= then[column] <= was[f"{total}_max"] + TOLERANCE


@every_instrument
def test_order_index_and_other_rows_do_not_matter(name, chance):
    instrument = INSTRUMENTS[name]
    sheets = instrument.frame(drawn(instrument, chance))
    whole = instrument.score(sheets)
    order = list(range(len(sheets)))
    chance.shuffle(order)
    shuffled = sheets.iloc[order].set_axis([f"row {number}" for number in order])
    again = instrument.score(shuffled)
    assert again.index.tolist() == shuffled.index.tolist()
    pd.testing.assert_frame_equal(again.reset_index(drop=True), whole.iloc[order].reset_index(drop=True))
    for row in range(5):
        pd.testing.assert_frame_equal(instrument.score(sheets.iloc[[row]]), whole.iloc[[row]])


@every_instrument
def test_the_sheets_stay_as_they_were_and_can_be_scored_again(name, chance):
    instrument = INSTRUMENTS[name]
    sheets = instrument.frame(drawn(instrument, chance))
    before = sheets.copy(deep=True)
    once = instrument.score(sheets)
    pd.testing.assert_frame_equal(sheets, before)
    pd.testing.assert_frame_equal(once[sheets.columns.tolist()], before)
    pd.testing.assert_frame_equal(instrument.score(once), once)
