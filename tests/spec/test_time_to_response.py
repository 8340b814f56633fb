"""The interval in which a patient first responded, by every pattern of visits; and its estimate from intervals."""

from itertools import product
from math import inf, sqrt

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import ImpossibleValueError, MissingColumnError, OptionError, WrongTypeError
from myositis_tools.frames import columns
from myositis_tools.studies import time_to_response
from myositis_tools.studies.response.interval_censored import estimate_from_intervals
from tests.spec.test_response_over_time import BASELINE, VISITS


def visits_of(patterns: list[str], **more: list) -> pd.DataFrame:
    """One patient a pattern: a sign each four weeks, a point where she has no row."""
    rows = []
    for number, pattern in enumerate(patterns):
        own = {"patient_id": f"P{number:04d}"} | {name: values[number] for name, values in more.items()}
        rows.append(own | {"week": 0} | BASELINE)
        rows += [
            own | {"week": 4 * (order + 1)} | BASELINE | VISITS[sign]
            for order, sign in enumerate(pattern)
            if sign != "."
        ]
    return pd.DataFrame(rows).astype(dict.fromkeys(BASELINE, float))


def follow(patterns: list[str], *, level: str = "minimal", more: dict | None = None, **options) -> pd.DataFrame:
    return time_to_response(visits_of(patterns, **(more or {})), level=level, **options)


def first(full: tuple) -> float:
    return 4 * (full.index("+") + 1) if "+" in full else inf


def lasting(full: tuple) -> float:
    """The first visit of the response that lasts to the end; one visit alone has not been seen to last."""
    run = len("".join(full).rstrip("+"))
    return 4 * (run + 1) if len(full) - run > 1 else inf


@pytest.mark.parametrize(("sustained", "judged"), [(False, first), (True, lasting)])
def test_every_course_of_up_to_five_visits(sustained, judged):
    """By trying every completion of the open visits: the interval holds all of their answers and ends at a visit."""
    patterns = ["".join(signs) for length in range(1, 6) for signs in product("+-?", repeat=length)]
    found = follow(patterns, sustained=sustained)
    for pattern, row in zip(patterns, found.itertuples(), strict=True):
        answers = {judged(full) for full in product(*("+-" if sign == "?" else sign for sign in pattern))}
        latest, known = max(answers), [4 * (place + 1) for place, sign in enumerate(pattern) if sign != "?"]
        without = [4 * (place + 1) for place, sign in enumerate(pattern) if sign == "-"]
        assert (inf if pd.isna(row.by_week) else row.by_week) == latest, pattern
        assert row.censored == (latest == inf), pattern
        if sustained:
            assert row.after_week == max(without, default=0), pattern
        else:
            assert row.after_week == min(min(answers) - 4, 4 * len(pattern)), pattern
        assert row.event == ("response" if latest < inf else "none" if known else "unknown"), pattern
        assert (0 if pd.isna(row.last_week) else row.last_week) == max(known, default=0), pattern
        if row.event != "unknown":
            assert row.week == (latest if latest < inf else max(without, default=0)), pattern


def test_a_missed_visit_widens_the_interval_only_where_it_was_planned():
    assert follow(["-.+"]).iloc[0][["after_week", "by_week"]].tolist() == [4, 12]
    assert follow([".-+"]).iloc[0][["after_week", "by_week"]].tolist() == [8, 12]
    planned = follow([".-+"], weeks=[4, 8, 12]).iloc[0]
    assert planned[["after_week", "by_week"]].tolist() == [0, 12]
    assert planned["because"] == "class not certain at 1 of 3 visits"


def test_rescue_ends_what_counts():
    patterns, weeks = ["--+", "-++", "--", "-+", "??", "-+"], [8, 10, 6, None, 5, 8]
    found = follow(patterns, more={"rescue_week": weeks}, rescue="rescue_week")
    assert found["event"].tolist() == ["rescue", "response", "rescue", "response", "rescue", "response"]
    assert found["week"].tolist() == [8, 8, 6, 8, 5, 8]
    assert found["after_week"].tolist() == [8, 4, 4, 4, 0, 4]
    assert found["by_week"].isna().tolist() == [True, False, True, False, True, False]
    lasting_ones = follow(["-++", "-++"], more={"rescue_week": [14, None]}, rescue="rescue_week", sustained=True)
    assert lasting_ones["event"].tolist() == ["rescue", "response"]


def test_groups_classes_and_who_was_never_seen_again():
    more = {"arm": ["IVIg", None, "placebo"]}
    found = follow(["-+", "-", ""], more=more, group="arm")
    assert found["group"].tolist() == ["IVIg", "not recorded", "placebo"]
    assert found["event"].tolist() == ["response", "none", "unknown"]
    assert pd.isna(found["week"][2])
    assert found["because"][2] == "no visit after the baseline"
    assert follow(["-+"], level="moderate")["event"].tolist() == ["none"]
    assert follow(["-+"])["group"].tolist() == ["all patients"]
    assert list(columns("time_to_response")) == list(found.columns)[1:]


def test_no_patients_numbers_for_names_and_another_engine():
    visits = visits_of(["-+", "?-", "-"], arm=["a", "b", None])
    assert time_to_response(visits.iloc[:0], level="minimal").empty
    expected = time_to_response(visits, level="minimal", group="arm")
    other = time_to_response(pl.from_pandas(visits), level="minimal", group="arm")
    assert isinstance(other, pl.DataFrame)
    assert other.to_dicts() == [
        {name: None if value != value else value for name, value in row.items()} for row in expected.to_dict("records")
    ]
    numbered = visits.assign(patient_id=visits["patient_id"].str[1:].astype(int))
    assert time_to_response(numbered, level="minimal")["patient_id"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"level": "none"}, OptionError),
        ({"group": "site"}, MissingColumnError),
        ({"rescue": "rescued"}, MissingColumnError),
        ({"group": "mmt8_150"}, OptionError),
        ({"rescue": "arm"}, WrongTypeError),
        ({"rescue": "week_of_rescue"}, ImpossibleValueError),
        ({"weeks": [0]}, OptionError),
    ],
)
def test_what_cannot_be_is_refused(options, error):
    visits = visits_of(["-+"], arm=["a"], week_of_rescue=[0]).assign(mmt8_150=[100.0, 101.0, 102.0])
    with pytest.raises(error):
        time_to_response(visits, **({"level": "minimal"} | options))


# ---------------------------------------- the estimate from intervals


def shares(*intervals: tuple[float, float]) -> dict[tuple[float, float], float]:
    found = estimate_from_intervals([start for start, _ in intervals], [end for _, end in intervals])
    return {(row.after, row.by): row.share for row in found.itertuples()}


def test_intervals_that_touch_do_not_overlap():
    # (8, 12] and (8, inf) share p of (8, 12]; (26, inf) and (8, inf) share q: p (p + q) q is largest at p = q = 0.3.
    found = shares((0, 4), (4, 8), (8, 12), (8, inf), (26, inf))
    assert found == pytest.approx({(0, 4): 0.2, (4, 8): 0.2, (8, 12): 0.3, (26, inf): 0.3}, abs=1e-6)


def test_closed_intervals_as_lifelines_reads_them():
    # With both ends inside, 4 and 8 belong to two intervals each: a (a + b) b (b + c) c is largest at
    # a = c = (5 - sqrt 5) / 10.
    # lifelines 0.30.3 gives 0.276342, which has not quite converged.
    little = 1e-6
    ends = [(0, 4), (4, 8), (8, 12), (8, inf), (26, inf)]
    first_share, second, last = shares(*((start - little, end) for start, end in ends)).values()
    assert (first_share, last) == pytest.approx(((5 - sqrt(5)) / 10,) * 2, abs=1e-5)
    assert second == pytest.approx(1 / sqrt(5), abs=1e-5)
    assert first_share == pytest.approx(0.276342, abs=1e-4)


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        ([(0, 4), (4, 8), (4, 8), (8, inf)], {(0, 4): 0.25, (4, 8): 0.5, (8, inf): 0.25}),
        ([(0, 4), (0, 8), (4, inf)], {(0, 4): 0.5, (4, 8): 0.5}),  # p (1 - p): (0, 8] holds both
        ([(0, inf)] * 3, {(0, inf): 1}),
        ([(0, 12), (4, 8)], {(4, 8): 1}),
        ([], {}),
    ],
)
def test_cases_worked_by_hand(intervals, expected):
    assert shares(*intervals) == pytest.approx(expected, abs=1e-6)


# Months to breast retraction: "6-10" between two visits, "46-" not by the last.
RADIOTHERAPY = (
    "45- 6-10 0-7 46- 46- 7-16 17- 7-14 37-44 0-8 4-11 15- 11-15 22- 46- 46- 25-37 46- 26-40 46- 27-34 36-44 46- "
    "36-48 37- 40- 17-25 46- 11-18 38- 5-12 37- 0-5 18- 24- 36- 5-11 19-35 17-25 24- 32- 33- 19-26 37- 34- 36-"
)
WITH_CHEMOTHERAPY = (
    "8-12 0-22 24-31 17-27 17-23 24-30 16-24 13- 11-13 16-20 18-25 17-26 32- 23- 44-48 14-17 0-5 5-8 12-20 11- 33-40 "
    "31- 13-39 19-32 34- 13- 16-24 35- 15-22 11-17 22-32 10-35 30-34 13- 10-17 8-21 4-9 11- 14-19 4-8 34- 30-36 18-24 "
    "16-60 35-39 21- 11-20 48-"
)


@pytest.mark.parametrize(
    ("women", "intervals", "expected"),
    [
        (
            46,
            RADIOTHERAPY,
            "4-5 0.0463, 6-7 0.0334, 7-8 0.0887, 11-12 0.0708, 24-25 0.0926, 33-34 0.0818, 38-40 0.1209, 46-48 0.4656",
        ),
        (
            48,
            WITH_CHEMOTHERAPY,
            "4-5 0.0433, 5-8 0.0433, 11-12 0.0692, 16-17 0.1454, 18-19 0.1411, 19-20 0.1157, 24-25 0.0999, "
            "30-31 0.0709, 35-36 0.1608, 44-48 0.0552, 48-60 0.0552",
        ),
    ],
    ids=["radiotherapy", "with chemotherapy"],
)
def test_a_worked_example(women, intervals, expected):
    """The breast cosmesis data, as R estimates them.

    Finkelstein and Wolfe, Biometrics 1985;41:933-945. Every interval is as in ``data/cosmesis.tab`` of R's package
    Icens, in its order; the shares are those printed by ``summary(icfit(...))`` in section 4.1 of the vignette
    ``intervalCensoring`` of R's package interval 1.1-1.0 (Fay and Shaw, J Stat Softw 2010;36(2)). Both read in 2026.
    """
    ends = [text.split("-") for text in intervals.split()]
    assert len(ends) == women
    found = shares(*((float(start), float(end or inf)) for start, end in ends))
    kept = {interval: share for interval, share in found.items() if share > 1e-6}
    said = [f"{start:g}-{end:g} {share:.4f}" for (start, end), share in kept.items()]
    assert ", ".join(said) == expected


def test_without_wide_intervals_it_is_the_share_seen():
    found = estimate_from_intervals([0] * 7 + [4] * 2 + [8] * 1, [4] * 7 + [8] * 2 + [inf])
    assert found["share"].tolist() == pytest.approx([0.7, 0.2, 0.1])
