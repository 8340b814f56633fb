"""No score is more certain than its data, or less: every gap is filled in every way, and the answers are compared.

`python -m tests.property.test_no_needless_unknown` prints how often each answer is unknown, needlessly so, or wrong.
Complete tables are held against exact fractions elsewhere; here they are what the gaps are held against.
"""

import inspect
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools import scores
from myositis_tools.scores import response
from tests.property.completions import (
    TOO_CERTAIN,
    TOO_NARROW,
    TOO_SHY,
    TOO_WIDE,
    Answer,
    Ask,
    Case,
    Judgement,
    Ways,
    judge,
)
from tests.property.second_opinions import INSTRUMENTS

FAULTS = (TOO_CERTAIN, TOO_SHY, TOO_NARROW, TOO_WIDE)


@dataclass(frozen=True)
class Subject:
    """A function under test: what is drawn, how gaps are filled, and what is read of its answer."""

    function: Callable[..., Any]
    answers: tuple[Answer, ...]
    ask: Ask
    ways: Ways
    draw: Callable[[random.Random], list[Case]]

    def judged(self, seed: int) -> Judgement:
        cases = self.draw(random.Random(seed))  # noqa: S311 - a test, not a secret
        return judge(cases, self.answers, ask=self.ask, ways=self.ways)


def plainly(function: Any) -> Any:
    """A function without the options that are filled in."""
    return plainly(function.func) if isinstance(function, partial) else function


def plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.astype(object).where(table.notna(), None).to_dict("records")


# ---------------------------------------- visits: measures that are compared with a baseline

# column: direction of better, lowest, highest, steps to a unit, percent edges of the range (typed from PMC5577002)
EDGES, EDGES_OF_STRENGTH = (5, 15, 25, 40), (2, 10, 20, 30)
SCALES = {
    "physician_global_cm": (-1, 0, 10, 10, EDGES),
    "patient_global_cm": (-1, 0, 10, 10, EDGES),
    "mmt8_150": (1, 0, 150, 1, EDGES_OF_STRENGTH),
    "haq_di": (-1, 0, 3, 8, EDGES),
    "extramuscular_cm": (-1, 0, 10, 10, EDGES),
}
JUVENILE = {
    "physician_global_cm": SCALES["physician_global_cm"],
    "patient_global_cm": SCALES["patient_global_cm"],
    "cmas_52": (1, 0, 52, 1, EDGES_OF_STRENGTH),
    "chaq": (-1, 0, 3, 8, EDGES),
    "das_20": (-1, 0, 20, 1, EDGES),
}
ENZYMES = {"ck_xuln": 15, "ast_xuln": 3}
FAR = 1000.0  # more than any enzyme
OF_BASELINE = (20, 25, 30)  # percent of the baseline value that the definitions of change name
UNITS = (0.65, 0.85, 1.1, 1.84, 2, 3.7)  # changes in the instrument's own unit that they name


def followed(case: Case, *, by_share: bool) -> str | None:
    """The most abnormal enzyme at baseline, the first of equals."""
    known = [name for name in ENZYMES if case[0][name] is not None]
    return max(known, key=lambda name: case[0][name] / (ENZYMES[name] if by_share else 1)) if known else None


def near(value: float, scale: tuple) -> list[float]:
    """Every value at which something changes for a measure that has another value at the other visit."""
    _, low, high, steps, edges = scale
    width = high - low
    changes = [width * edge / 100 for edge in edges] + [value * percent / 100 for percent in OF_BASELINE]
    changes += [value - value / (1 + sign * percent / 100) for percent in OF_BASELINE for sign in (1, -1)]
    changes += list(UNITS)
    step = 1 / steps / 10
    grid = [value + sign * (change + beyond) for change in changes for sign in (1, -1) for beyond in (-step, 0, step)]
    return sorted({round(min(max(one, low), high), 6) for one in (*grid, value, low, low + step / 100, high)})


def visit_ways(scales: dict, *, thin: bool, by_share: bool) -> Ways:
    def ways(case: Case, _place: int, name: str) -> Sequence[Any]:
        if name in ENZYMES:
            one = followed(case, by_share=by_share)
            if one is None:
                return [0.0, 0.001, 1.0, FAR]
            if name != one:
                return [None]  # not followed: no gap of the score
            values = near(case[0][name], (-1, 0, FAR, 100, [edge * ENZYMES[name] / FAR for edge in EDGES]))
        elif name not in scales:
            return [None]
        else:
            _, low, high, steps, _ = scales[name]
            others = [row[name] for row in case if row[name] is not None]
            if not others:
                return [low, low + 0.001, round((low + high) / 2 * steps) / steps, high]
            values = sorted({value for other in others for value in near(other, scales[name])})
        return _thinned(values, 9 if thin else 60)

    return ways


def _thinned(values: list[float], most: int) -> list[float]:
    """The ends and, evenly spread, some between."""
    if len(values) <= most:
        return values
    places = {round(number * (len(values) - 1) / (most - 1)) for number in range(most)}
    return [values[place] for place in sorted({0, 1, len(values) - 2, *places})]


def draw_visits(
    chance: random.Random, scales: dict, *, weeks: Sequence[int], cases: int, gaps: Sequence[int]
) -> list[Case]:
    """Patients near the ends of their scales and in between, with a few gaps each."""
    found = []
    for number in range(cases):
        rows = []
        for week in weeks:
            row: dict[str, Any] = {"week": week}
            for name, (_, low, high, steps, _) in scales.items():
                near_end = chance.choice([low, low, high]) + chance.randint(-4, 4) / steps
                value = chance.choice([near_end, chance.randint(low * steps, high * steps) / steps])
                row[name] = float(min(max(value, low), high))
            row |= {name: chance.choice([0.0, 0.5, 0.7, 1.0, 2.0, 6.0, 9.3]) for name in ENZYMES}
            rows.append(row)
        cells = [(row, name) for row in rows for name in row if name != "week"]
        if number % 7 == 0:  # no enzyme at baseline
            rows[0].update(dict.fromkeys(ENZYMES))
        for row, name in chance.sample(cells, gaps[number % len(gaps)] - (number % 7 == 0)):
            row[name] = None
        found.append(tuple(rows))
    return found


def asked_of_last(score: Callable[..., Any], *, one_a_patient: bool = False) -> Ask:
    """The answer at the last visit of each patient, or the one row that she has."""

    def ask(cases: list[Case]) -> list[dict[str, Any]]:
        rows = [row | {"patient_id": number} for number, case in enumerate(cases) for row in case]
        table = pd.DataFrame(rows)
        table = table.astype({name: "float64" for name in table if name not in ("patient_id", "week")})
        scored = score(table)
        last = scored if one_a_patient else scored[table["week"].to_numpy() == table["week"].max()]
        return plain(last.sort_values("patient_id").reset_index(drop=True))

    return ask


POINTS = ("physician_global", "patient_global", "mmt", "haq", "enzyme", "extramuscular")


def of_visits(
    function: Callable[..., Any],
    answers: Sequence[Answer],
    *,
    scales: dict = SCALES,
    weeks: Sequence[int] = (0, 12),
    cases: int = 150,
    gaps: Sequence[int] = (1, 1, 2),
    one_a_patient: bool = False,
    thin: bool = True,
    **options: Any,
) -> Subject:
    return Subject(
        function,
        tuple(answers),
        asked_of_last(partial(function, **options), one_a_patient=one_a_patient),
        visit_ways(scales, thin=thin, by_share=options.get("enzyme_by") == "range_share"),
        partial(draw_visits, scales=scales, weeks=weeks, cases=cases, gaps=gaps),
    )


TOTAL = (
    Answer("tis", "tis_min", "tis_max"),
    Answer("response"),
    Answer("enzyme_normal_yet_scores"),
    *(Answer(f"points_{name}") for name in POINTS),
)
CEILING = (
    Answer("highest_tis", "highest_tis_min", "highest_tis_max"),
    Answer("highest_response"),
    *(Answer(f"reachable_{name}") for name in POINTS),
)
WORSENING = (Answer("worsening"), *(Answer(f"worsening_{name}") for name in POINTS))
IMPORTANT = [
    Answer(f"important_{name}") for name in ("physician_global", "patient_global", "mmt", "haq", "extramuscular", "tis")
]
OVER_TIME = [
    Answer(f"{what}_{level}{week}")
    for level in ("minimal", "moderate", "major")
    for what, week in (("reached", ""), ("first", "_week"), ("sustained", ""), ("lost", ""), ("lost", "_week"))
]

# ---------------------------------------- inactive disease, single items, laboratory

INACTIVE = {
    "ck_u_l": [0.0, 149.9, 150.0, 150.1, 9000.0],
    "cmas_52": [0.0, 47.0, 48.0, 52.0],
    "mmt8_80": [0.0, 77.0, 78.0, 80.0],
    "physician_global_cm": [0.0, 0.2, 0.3, 10.0],
}


def of_values(
    function: Callable[..., Any],
    answers: Sequence[Answer],
    values: dict[str, Sequence[Any]],
    *,
    cases: int = 200,
    given: dict[str, Any] | None = None,
    most_gaps: int = 3,
    no_gap: Sequence[str] = (),
) -> Subject:
    """One row a case, each cell one of a few values; where `no_gap`, what is empty means something."""

    def draw(chance: random.Random) -> list[Case]:
        found: list[Case] = []
        while len(found) < cases:
            row = {name: chance.choice(some) for name, some in values.items()}
            for name in chance.sample(list(values), chance.randint(1, most_gaps)):
                row[name] = None
            found.append((row,))
        return found

    def ask(cases: list[Case]) -> list[dict[str, Any]]:
        table = pd.DataFrame([row | (given or {}) for (row,) in cases], dtype=object)
        if "week" in table:
            table["patient_id"] = range(len(table))
        number = {name: "float64" for name, some in values.items() if all(isinstance(one, float) for one in some)}
        return plain(function(table.astype(number)))

    return Subject(
        function,
        tuple(answers),
        ask,
        lambda _case, _place, name: [None] if name in no_gap else values[name],
        draw,
    )


def of_instrument(name: str) -> Subject:
    """A sheet of single items; an aid that was not recorded counts as none, and so does *not applicable*."""
    instrument = INSTRUMENTS[name]

    def ways(case: Case, place: int, column: str) -> Sequence[Any]:
        if column in instrument.items:
            item = column.removeprefix("chaq_").removesuffix("_cm")
            if any(case[place].get(f"{flag}_{item}") for flag in ("not_applicable", "not_assessed")):
                return [None]
            most = instrument.items[column]
            return [float(value) for value in range(most + 1)] if most <= 10 and instrument.steps == 1 else [0.0, 10.0]
        if column in instrument.words:
            return instrument.words[column]
        return [True, False] if column == "cdasi_gottron_papules" else [False]

    def draw(chance: random.Random) -> list[Case]:
        found = []
        for number in range(120):
            sheet = instrument.draw(chance, 0)
            columns = [*instrument.items, *instrument.words, *(flag for flag in instrument.flags if "papules" in flag)]
            for column in chance.sample(columns, 1 + number % 3):
                sheet[column] = None
            if name in ("HAQ-DI", "CHAQ") and number % 4 == 0:  # a whole category without an answer
                sheet |= dict.fromkeys([one for one in instrument.items if "_arising_" in one])
            found.append((sheet,))
        return found

    is_index = name in ("HAQ-DI", "HAQ-DI without aids", "CHAQ", "MMT-8, prorated")
    answers = [Answer(total, f"{total}_min", f"{total}_max", is_certain=not is_index) for total in instrument.totals]

    def ask(cases: list[Case]) -> list[dict[str, Any]]:
        return plain(instrument.score(instrument.frame([row for (row,) in cases])))

    function = {
        "MMT": mt.score_mmt,
        "HAQ": mt.score_haq_di,
        "CHA": mt.score_chaq,
        "CMA": mt.score_cmas,
        "CDA": mt.score_cdasi,
        "IBM": scores.score_ibm_frs,
        "MYO": mt.score_myoact,
        "MIT": scores.score_mitax,
        "MDI": scores.score_mdi,
    }[name[:3]]
    return Subject(function, tuple(answers), ask, ways, draw)


SUBJECTS: dict[str, Subject] = {
    "total improvement": of_visits(mt.score_total_improvement, TOTAL),
    "total improvement, fine grid": of_visits(mt.score_total_improvement, TOTAL, gaps=(1,), cases=250, thin=False),
    "total improvement by range share": of_visits(
        mt.score_total_improvement, TOTAL, cases=100, enzyme_by="range_share"
    ),
    "total improvement, juvenile": of_visits(
        mt.score_total_improvement, TOTAL, scales=JUVENILE, cases=100, population="juvenile"
    ),
    "ceiling": of_visits(
        response.highest_possible_improvement, CEILING, weeks=(0,), one_a_patient=True, gaps=(1, 2, 3)
    ),
    "improvement, IMACS": of_visits(mt.score_improvement_definition, [Answer("doi")], gaps=(1, 2, 3), cases=250),
    "worsening, proderm": of_visits(mt.score_worsening, WORSENING, gaps=(1, 2, 3), cases=200),
    "worsening, imacs_rim": of_visits(mt.score_worsening, WORSENING, gaps=(1, 2, 3), cases=150, definition="imacs_rim"),
    "worsening, dastmalchi": of_visits(mt.score_worsening, WORSENING, definition="dastmalchi"),
    "worsening, confirmed": of_visits(
        mt.score_worsening, [Answer("worsening_confirmed")], weeks=(0, 4, 8), gaps=(1, 2), cases=150
    ),
    "important change": of_visits(response.score_important_change, IMPORTANT),
    "response over time": of_visits(
        mt.response.response_over_time, OVER_TIME, weeks=(0, 4, 8), cases=120, one_a_patient=True
    ),
    "inactive disease": of_values(mt.score_inactive_disease, [Answer("inactive")], INACTIVE, given={"week": 0}),
    "inactive disease, physician obligatory": of_values(
        partial(mt.score_inactive_disease, definition="physician_global_obligatory"),
        [Answer("inactive")],
        INACTIVE,
        given={"week": 0},
    ),
    **{name: of_instrument(name) for name in INSTRUMENTS},
    "functional index": of_values(
        partial(scores.score_functional_index, version="fi3"),
        [Answer(f"fi3_{task}_percent") for task in ("shoulder_flexion", "neck_flexion", "hip_flexion")],
        {f"fi3_{task}": [0.0, 30.0, 60.0] for task in ("shoulder_flexion", "neck_flexion", "hip_flexion")},
    ),
    "FVC, GLI": of_values(
        partial(mt.score_fvc_percent, equation="gli_2012_caucasian"),
        [Answer("fvc_percent_predicted"), Answer("fvc_predicted_litres")],
        {
            "sex": ["female", "male"],
            "age_years": [2.0, 20.0, 40.3, 96.0],
            "height_cm": [150.0, 181.0],
            "fvc_litres": [1.2, 4.0],
        },
    ),
    "FVC, ECSC": of_values(
        partial(mt.score_fvc_percent, equation="ecsc_1993"),
        [Answer("fvc_percent_predicted"), Answer("fvc_predicted_litres")],
        {
            "sex": ["female", "male"],
            "age_years": [17.0, 20.0, 22.0, 40.3, 71.0],
            "height_cm": [144.0, 150.0, 181.0, 200.0],
            "fvc_litres": [1.2, 4.0],
        },
    ),
    "multiples of the limit": of_values(
        mt.to_xuln,
        [Answer("xuln")],
        {
            "value": [0.0, 1.5, 90.0],
            "unit": ["U/L", "ukat/L"],
            "upper_limit": [0.5, 40.0],
            "upper_limit_unit": ["U/L", "ukat/L"],
        },
        given={"test": "ck"},
        no_gap=["upper_limit_unit"],  # the unit of the value
    ),
    "prednisone": of_values(
        mt.prednisone_equivalent,
        [Answer("prednisone_equivalent_mg_day")],
        {"drug": ["prednisone", "hydrocortisone", "aspirin"], "dose_mg_day": [0.0, 10.0]},
        most_gaps=2,
    ),
}

# What a function may leave unknown although every completion agrees: its docstring says so, with an example.
CANNOT: dict[str, dict[str, Sequence[str]]] = {
    "response over time": {
        "answers": [f"lost_{level}{week}" for level in ("minimal", "moderate", "major") for week in ("", "_week")],
        "said": ["Each visit is judged alone", "MMT-8"],
    },
    "multiples of the limit": {"answers": ["xuln"], "said": ["A value of 0", "without a unit"]},
}

# Public functions that are not asked here, and why.
ELSEWHERE = {
    "explain_total_improvement": "its rows are those of score_total_improvement, see tests/spec/test_receipt.py",
    "glucocorticoid_exposure": "every day is tried in tests/property/test_glucocorticoids.py",
    "response_at_least": "it asks the least and the greatest total, each of which a completion has: total improvement",
    "to_five_point_grades": "one cell in, one cell out",
}


@cache
def judged(name: str) -> Judgement:
    return SUBJECTS[name].judged(seed=20261130)


@pytest.mark.parametrize("name", SUBJECTS)
def test_no_answer_is_contradicted_by_a_completion_and_none_is_needlessly_unknown(name):
    excused = CANNOT.get(name, {}).get("answers", ())
    found = [one for one in judged(name).findings if not (one.fault == TOO_SHY and one.answer in excused)]
    assert found == []
    assert judged(name).completions > len(SUBJECTS[name].answers)


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_told_is_said_in_the_docstring_and_is_not_more_than_that(name):
    missed = {one.answer for one in judged(name).findings if one.fault == TOO_SHY}
    assert missed
    assert missed <= set(CANNOT[name]["answers"])
    text = " ".join((inspect.getdoc(plainly(SUBJECTS[name].function)) or "").split())
    assert [words for words in CANNOT[name]["said"] if words not in text] == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"is_high": "unknown", "low": 1, "high": 3}, None),
        ({"is_high": "met", "low": 1, "high": 3}, TOO_CERTAIN),
        ({"is_high": "unknown", "low": 0, "high": 3}, TOO_WIDE),
        ({"is_high": "unknown", "low": 1, "high": None}, TOO_WIDE),
        ({"is_high": "unknown", "low": 2, "high": 3}, TOO_NARROW),
    ],
)
def test_the_judge_finds_each_fault_in_a_sum_of_two_numbers(said, fault):
    def ask(cases: list[Case]) -> list[dict[str, Any]]:
        complete = [sum(row.values()) for (row,) in cases[1:]]
        return [said | {"sum": None}] + [
            {"is_high": "met" if one > 2 else "not met", "sum": one, "low": one, "high": one} for one in complete
        ]

    answers = [Answer("is_high"), Answer("sum", "low", "high")]
    found = judge([({"a": 1, "b": None},)], answers, ask=ask, ways=lambda _case, _place, _name: [0, 1, 2])
    assert [one.fault for one in found.findings] == ([fault] if fault else [])
    settled = judge([({"a": 1, "b": None},)], [Answer("is_high")], ask=ask, ways=lambda _case, _place, _name: [2])
    assert [one.fault for one in settled.findings] == ([] if said["is_high"] == "met" else [TOO_SHY])


def test_every_public_score_is_asked():
    asked = {plainly(one.function).__name__ for one in SUBJECTS.values()}
    public = {*scores.__all__, "response_over_time"}
    assert (asked | set(ELSEWHERE), asked & set(ELSEWHERE)) == (public, set())


def main() -> None:
    """Print the counts, one line an answer."""
    print(f"{'subject':40}{'answer':32}{'asked':>6}{'unknown':>8}{'needless':>9}{'wrong':>6}{'loose':>6}{'narrow':>7}")
    for name in SUBJECTS:
        found = judged(name)
        for answer in SUBJECTS[name].answers:
            certain, shy, narrow, wide = (found.faults(answer.name, fault) for fault in FAULTS)
            counts = (found.asked[answer.name], found.unknown[answer.name], shy, certain, wide, narrow)
            widths = (6, 8, 9, 6, 6, 7)
            print(f"{name:40}{answer.name:32}" + "".join(f"{n:>{w}}" for n, w in zip(counts, widths, strict=True)))


if __name__ == "__main__":
    main()
