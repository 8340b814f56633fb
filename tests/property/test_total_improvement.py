"""What is always true of the Total Improvement Score, and a slow second opinion in exact fractions."""

import random
from fractions import Fraction

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_tools.scores import score_total_improvement

# The second opinion: typed from PMC5577002, Table 3, and decisions D1 to D3 (of 29 November 2026: what is missing earns
# at most what the value that is known leaves open); compared with `>` in exact arithmetic.
MEASURES = {
    # measure: (column, direction, range, edges, points, steps of the instrument to one unit)
    "physician_global": ("physician_global_cm", -1, 10, (5, 15, 25, 40), (0, 7.5, 15, 17.5, 20), 10),
    "patient_global": ("patient_global_cm", -1, 10, (5, 15, 25, 40), (0, 2.5, 5, 7.5, 10), 10),
    "mmt": ("mmt8_150", 1, 150, (2, 10, 20, 30), (0, 10, 20, 27.5, 32.5), 1),
    "haq": ("haq_di", -1, 3, (5, 15, 25, 40), (0, 5, 7.5, 7.5, 10), 8),
    "extramuscular": ("extramuscular_cm", -1, 10, (5, 15, 25, 40), (0, 7.5, 12.5, 15, 20), 10),
}
ENZYMES = {"ck": 15, "aldolase": 6, "ldh": 3, "alt": 3, "ast": 3}
ENZYME_BANDS = ((5, 15, 25, 40), (0, 2.5, 5, 7.5, 7.5))
THRESHOLDS = {"adult": (20, 40, 60), "juvenile": (30, 45, 70)}
CLASSES = ("none", "minimal", "moderate", "major")


def exactly(value: float | None) -> Fraction | None:
    """The decimal that was written down, not the binary number nearest to it."""
    return None if value is None else Fraction(repr(value))


def points_for(percent: Fraction | None, edges: tuple[int, ...], points: tuple[float, ...]) -> float | None:
    if percent is None:
        return None
    return points[sum(1 for edge in edges if percent > edge)]


def percent_better(before: Fraction | None, now: Fraction | None, direction: int, width: int) -> Fraction | None:
    return None if before is None or now is None else direction * (now - before) * 100 / width


def by_hand(before: dict, now: dict, population: str, enzyme_by: str) -> dict:
    earned, most = {}, {}
    for measure, (column, direction, width, edges, points, _) in MEASURES.items():
        was, is_now = exactly(before[column]), exactly(now[column])
        earned[measure] = points_for(percent_better(was, is_now, direction, width), edges, points)
        best, worst = (0, width) if direction < 0 else (width, 0)
        furthest = percent_better(worst if was is None else was, best if is_now is None else is_now, direction, width)
        most[measure] = points_for(furthest, edges, points)
    sizes = {
        name: exactly(before[f"{name}_xuln"]) / (width if enzyme_by == "range_share" else 1)
        for name, width in ENZYMES.items()
        if before[f"{name}_xuln"] is not None
    }
    followed = max(sizes, key=sizes.get) if sizes else None  # the first of equals
    percent, most["enzyme"] = None, ENZYME_BANDS[1][-1]
    if followed:
        was, is_now = exactly(before[f"{followed}_xuln"]), exactly(now[f"{followed}_xuln"])
        percent = percent_better(was, is_now, -1, ENZYMES[followed])
        most["enzyme"] = points_for(percent_better(was, Fraction(0), -1, ENZYMES[followed]), *ENZYME_BANDS)
    earned["enzyme"] = points_for(percent, *ENZYME_BANDS)
    earned = {name: 0 if points is None and most[name] == 0 else points for name, points in earned.items()}

    lowest = sum(points or 0 for points in earned.values())
    highest = sum(most[measure] if points is None else points for measure, points in earned.items())
    levels = [sum(1 for limit in THRESHOLDS[population] if total >= limit) for total in (lowest, highest)]
    return {
        "tis": None if None in earned.values() else lowest,
        "tis_min": lowest,
        "tis_max": highest,
        "response": CLASSES[levels[0]] if levels[0] == levels[1] else None,
        "response_certain": levels[0] == levels[1],
        "enzyme": followed,
        **{f"points_{measure}": points for measure, points in earned.items()},
    }


def random_visit(chance: random.Random, missing: float) -> dict:
    values = {column: chance.randint(0, width * grid) / grid for column, _, width, *_, grid in MEASURES.values()}
    values |= {f"{name}_xuln": chance.choice([20, 60, 300, 2000]) * chance.randint(0, 20) / 400 for name in ENZYMES}
    return {name: None if chance.random() < missing else value for name, value in values.items()}


def plain(value: object) -> object:
    return None if pd.isna(value) else value


def test_thousands_of_random_visits_agree_with_the_second_opinion():
    chance = random.Random(20171)  # noqa: S311 - a test, not a secret
    couples = [(random_visit(chance, share), random_visit(chance, share)) for share in [0, 0.05, 0.2] * 1000]
    rows = [
        visit | {"patient_id": f"{number}", "week": week}
        for number, couple in enumerate(couples)
        for week, visit in zip((0, 26), couple, strict=True)
    ]
    visits = pd.DataFrame(rows)
    for population in ("adult", "juvenile"):
        for enzyme_by in ("xuln", "range_share"):
            scored = score_total_improvement(visits, population=population, enzyme_by=enzyme_by)
            found = scored[scored["week"] == 26].to_dict("records")
            for couple, row in zip(couples, found, strict=True):
                expected = by_hand(*couple, population, enzyme_by)
                assert {name: plain(row[name]) for name in expected} == expected, couple
            if population == "adult":  # the draw reaches every class, and every kind of answer
                assert set(scored["response"].dropna()) == set(CLASSES)
                assert {True, False} <= set(scored["response_certain"].dropna())


# ---------------------------------------- properties


def scale(steps: int, per_unit: float) -> st.SearchStrategy:
    return st.none() | st.integers(0, steps).map(lambda number: number / per_unit)


VISIT = st.fixed_dictionaries(
    {
        **{column: scale(width * grid, grid) for column, _, width, *_, grid in MEASURES.values()},
        **{f"{name}_xuln": scale(2000, 100) for name in ("ck", "ldh", "ast")},
    }
)
COLUMNS = [column for column, *_ in MEASURES.values()] + ["ck_xuln", "ldh_xuln", "ast_xuln"]


def frame_of(patients: list[list[dict]]) -> pd.DataFrame:
    rows = [
        visit | {"patient_id": f"P{number}", "week": 4 * order}
        for number, visits in enumerate(patients)
        for order, visit in enumerate(visits)
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(COLUMNS, float))


PATIENTS = st.lists(st.lists(VISIT, min_size=1, max_size=3), min_size=1, max_size=6).map(frame_of)
COUPLES = st.lists(st.tuples(VISIT, VISIT), min_size=1, max_size=6)
# Each example scores several patients at once, so few of them go a long way.
FEW = settings(max_examples=20)


def follow_ups(couples: list) -> list[dict]:
    scored = score_total_improvement(frame_of([list(couple) for couple in couples]))
    return [
        {name: plain(value) for name, value in row.items()} for row in scored[scored["week"] > 0].to_dict("records")
    ]


@FEW
@given(PATIENTS)
def test_bounds_hold_the_total_and_stay_on_the_scale(visits):
    scored = score_total_improvement(visits)
    after = scored[scored["week"] > 0]
    assert ((after["tis_min"] >= 0) & (after["tis_min"] <= after["tis_max"]) & (after["tis_max"] <= 100)).all()
    complete = after[after["tis"].notna()]
    assert (complete["tis"] == complete["tis_min"]).all()
    assert (complete["tis"] == complete["tis_max"]).all()
    assert (after["tis"].notna() == (after["tis_min"] == after["tis_max"])).all()
    parts = [part for said in complete["missing"] for part in said.split("; ") if part]
    assert all(part.endswith("(0 points whatever it was)") for part in parts)
    assert (after.loc[after["tis"].isna(), "missing"] != "").all()
    assert (scored["response"].notna() == scored["response_certain"].fillna(False)).all()


@FEW
@given(COUPLES, st.sampled_from(list(MEASURES)), st.integers(1, 40))
def test_points_never_fall_when_a_measure_improves(couples, measure, steps):
    column, direction, width, *_, grid = MEASURES[measure]

    def improved(visit: dict) -> dict:
        if visit[column] is None:
            return visit
        return visit | {column: min(max((visit[column] * grid + direction * steps) / grid, 0), width)}

    better = follow_ups([(before, improved(now)) for before, now in couples])
    for was, then in zip(follow_ups(couples), better, strict=True):
        for name in (f"points_{measure}", "tis", "tis_min", "tis_max"):
            # strength that rises from 0, its baseline missing, can have gained: then the points are no longer known
            assert None in (was[name], then[name]) or then[name] >= was[name]


@FEW
@given(PATIENTS, st.randoms(use_true_random=False))
def test_order_index_and_other_rows_do_not_matter(visits, chance):
    scored = score_total_improvement(visits)
    order = list(range(len(visits)))
    chance.shuffle(order)
    shuffled = visits.iloc[order].set_axis([f"row {number}" for number in order])
    again = score_total_improvement(shuffled)
    assert again.index.tolist() == shuffled.index.tolist()
    pd.testing.assert_frame_equal(again.reset_index(drop=True), scored.iloc[order].reset_index(drop=True))

    alone = score_total_improvement(visits[visits["patient_id"] == "P0"])
    pd.testing.assert_frame_equal(alone, scored[scored["patient_id"] == "P0"])


@FEW
@given(PATIENTS)
def test_the_visits_stay_as_they_were_and_can_be_scored_again(visits):
    before = visits.copy(deep=True)
    scored = score_total_improvement(visits)
    pd.testing.assert_frame_equal(visits, before)
    pd.testing.assert_frame_equal(scored[visits.columns.tolist()], before)
    pd.testing.assert_frame_equal(score_total_improvement(scored), scored)


@FEW
@given(COUPLES, VISIT, VISIT)
def test_filling_in_what_is_missing_keeps_within_the_bounds(couples, baseline, follow_up):
    known = follow_ups(couples)

    def filled(visit: dict, others: dict, enzyme: str | None) -> dict:
        # An enzyme that turns out to have been the most abnormal at baseline would be followed instead: another score.
        keep = [name for name in visit if enzyme and name.endswith("_xuln") and name != f"{enzyme}_xuln"]
        return {name: others[name] if value is None and name not in keep else value for name, value in visit.items()}

    more = [
        (filled(before, baseline, row["enzyme"]), filled(now, follow_up, row["enzyme"]))
        for (before, now), row in zip(couples, known, strict=True)
    ]
    for was, then in zip(known, follow_ups(more), strict=True):
        assert was["tis_min"] <= then["tis_min"] <= then["tis_max"] <= was["tis_max"]
        assert was["tis"] is None or then["tis"] == was["tis"]
        if was["response_certain"]:
            assert then["response"] == was["response"]
