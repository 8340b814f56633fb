"""Records known better answer more, never otherwise; neither order, index, names nor other patients matter."""

import random
from datetime import date

import pandas as pd
import pytest

import myositis_tools as mt
from tests.property import second_screening as second
from tests.property.test_screening import ANSWERS, Cohort, screening_of

COUNT = 900
PROTOCOLS = {key: mt.PROTOCOLS[key] for key in ("time_is_muscle", "time_is_muscle_nl_omon49246", "immediate_pilot")}
GAPS = ("start_date", "stable_since", "dose_mg_day", "route", "non_muscular_indication", "induces_myopathy")


@pytest.fixture(scope="module", name="cohort")
def _cohort() -> Cohort:
    return Cohort(seed=99, count=COUNT)


@pytest.fixture(scope="module", name="exact")
def _exact(cohort) -> dict[str, pd.DataFrame]:
    return cohort.tables()


def with_gaps(cohort: Cohort, tables: dict[str, pd.DataFrame], seed: int) -> dict[str, pd.DataFrame]:
    """Blank dates, doses, weights and flags, or leave of a date its month or year."""
    chance = random.Random(seed)  # noqa: S311 - a test, not a secret
    lines, events, patients = (tables[name].copy() for name in ("lines", "events", "patients"))
    for name in GAPS:
        lines[name] = lines[name].where([chance.random() > 0.15 for _ in range(len(lines))])
    screened = {one["patient_id"]: one["screening_date"] for one in cohort.patients}
    still: list[bool | None] = []
    for place, line in enumerate(cohort.lines):
        stop = line["stop_date"]
        is_blank = isinstance(stop, date) and stop <= screened[line["patient_id"]] and chance.random() < 0.2
        if is_blank:
            lines.loc[place, "stop_date"] = pd.NaT
        still.append(False if is_blank else None)
        if second.drug_of(line) not in second.NAMED and line["atc"] not in second.NEITHER and chance.random() < 0.2:
            lines.loc[place, "known_for_myositis"] = pd.NA
    lines["still_taken"] = pd.array(still, "boolean")
    events["date"] = events["date"].where([chance.random() > 0.2 for _ in range(len(events))])
    patients["weight_kg"] = patients["weight_kg"].where([chance.random() > 0.2 for _ in range(len(patients))])
    for table, name in ((lines, "start_date"), (lines, "stop_date"), (lines, "stable_since"), (events, "date")):
        said = [chance.choice(["month", "year", None, None, None]) for _ in range(len(table))]
        table[f"{name}_precision"] = pd.Series(said, dtype="object")
    return {"lines": lines, "events": events, "patients": patients}


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_filled_in_never_turns_an_answer_round(cohort, exact, seed):
    coarse = with_gaps(cohort, exact, seed)
    more, less = screening_of(exact), screening_of(coarse)
    for answer in ANSWERS:
        known = less[answer].notna()
        assert more.loc[known, answer].notna().all(), answer
        assert (more.loc[known, answer] == less.loc[known, answer]).all(), answer
    judged = [mt.judge_exposures(one["lines"], one["patients"])["allowed"].fillna("") for one in (exact, coarse)]
    known = judged[1].isin(["met", "not met"])
    assert (judged[0][known] == judged[1][known]).all()
    assert 50 < known.sum() < len(known)


@pytest.mark.parametrize("key", PROTOCOLS)
def test_no_verdict_and_no_decision_turns_round(cohort, exact, key):
    coarse = with_gaps(cohort, exact, 3)
    more, less = (
        PROTOCOLS[key].verdicts(mt.Records(one["patients"], medications=one["lines"], events=one["events"]))
        for one in (exact, coarse)
    )
    for column in less.columns[1:]:
        known = ~less[column].isin(["unknown", "indeterminate"])
        assert (less.loc[known, column] == more.loc[known, column]).all(), column


def test_neither_order_nor_index_nor_other_patients_matter(exact):
    before = {name: table.copy(deep=True) for name, table in exact.items()}
    whole = screening_of(exact)
    for name, table in exact.items():
        pd.testing.assert_frame_equal(table, before[name])
    shuffled = {name: table.sample(frac=1, random_state=5) for name, table in exact.items()}
    again = screening_of(shuffled)
    assert again.index.tolist() == shuffled["patients"]["patient_id"].tolist()
    pd.testing.assert_frame_equal(again.loc[whole.index], whole)
    some = {name: table[table["patient_id"].str[-1] == "7"] for name, table in exact.items()}
    pd.testing.assert_frame_equal(screening_of(some), whole[whole.index.str[-1] == "7"])


def test_numbers_as_names_of_patients_give_the_same(exact):
    numbered = {name: table.assign(patient_id=table["patient_id"].str[1:].astype(int)) for name, table in exact.items()}
    whole, found = screening_of(exact), screening_of(numbered)
    assert found.index.tolist() == list(range(COUNT))
    pd.testing.assert_frame_equal(found.reset_index(drop=True), whole.reset_index(drop=True))
