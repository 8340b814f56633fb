"""Screening from records agrees with a second, slow implementation; knowing less it says less, never otherwise."""

import random
from datetime import date, timedelta

import pandas as pd
import pytest

import myositis_tools as mt
from tests.property import second_screening as second

COUNT = 3000
ANSWERS = (
    "age_years",
    "disease_duration_months",
    "treatment_naive",
    "prior_treatment_within_limits",
    "recent_immunosuppression",
    "loop_diuretic",
    "nephrotoxic_medication",
    "thrombosis_within_10_years",
    "blood_product_reaction",
)
# Where calendars are hard: leap days, ends of months, and the days about them.
DAYS = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 2, 28), date(2026, 3, 31), date(2026, 5, 31)]
BACK = (0, 1, 3, 6, 12, 120)  # months: the windows
DRUGS = [*second.STEROIDS] * 3 + [
    *second.SUPPRESSANTS,
    *second.TO_REVIEW,
    *second.LOOP,
    *second.NEPHROTOXIC,
    "snake oil",
]


class Cohort:
    """Random patients, most dates within a day of the end of a window."""

    def __init__(self, seed: int, count: int = COUNT, back: tuple[int, ...] = BACK) -> None:
        self.back = back
        self.chance = random.Random(seed)  # noqa: S311 - a test, not a secret
        self.patients, self.lines, self.events = [], [], []
        for number in range(count):
            self.add(f"P{number:05}")

    def near(self, day: date) -> date:
        if self.chance.random() < 0.3:
            return day - timedelta(days=self.chance.choice([3, 4, 6, 7, 8, 13, 14, 15, 30]))
        return second.months_before(day, self.chance.choice(self.back)) + timedelta(
            days=self.chance.choice([-1, 0, 0, 1])
        )

    def maybe(self, value: object, share: float = 0.06) -> object:
        return None if self.chance.random() < share else value

    def truth(self) -> bool | None:
        return self.chance.choice([True, True, False, None])

    def add(self, name: str) -> None:
        day = self.chance.choice(DAYS)
        born = second.months_before(day, 12 * self.chance.randint(17, 80)) + timedelta(self.chance.choice([-1, 0, 1]))
        self.patients.append(
            {
                "patient_id": name,
                "screening_date": day,
                "birth_date": self.maybe(born),
                "symptom_onset_date": self.maybe(min(day, self.near(day))),
                "weight_kg": self.maybe(70.0),
                "medications_recorded": self.truth(),
                "events_recorded": self.truth(),
            }
        )
        for _ in range(self.chance.choice([0, 1, 1, 1, 2, 3])):
            start = self.near(day)
            stop = (
                max(start, self.near(day))
                if self.chance.random() < 0.7
                else start + timedelta(self.chance.choice([2, 3]))
            )
            code = self.chance.choice([*second.CODES, *second.NEITHER]) if self.chance.random() < 0.3 else None
            self.lines.append(
                {
                    "patient_id": name,
                    "drug": self.maybe(self.chance.choice(DRUGS)),
                    "atc": code,
                    "dose_mg_day": self.maybe(
                        self.chance.choice([8.0, 16.0, 20.0, 20.1, 40.0, 60.0, 70.0, 70.1, 1000.0])
                    ),
                    "route": self.maybe(self.chance.choice(["oral", "intravenous"])),
                    "start_date": self.maybe(start),
                    "stop_date": self.maybe(stop, 0.4),
                    # a dose is stable from the first day of its course at most, and until its last
                    "stable_since": self.maybe(min(max(start, self.near(day)), stop)),
                    "non_muscular_indication": self.truth(),
                    "known_for_myositis": self.chance.choice([False, False, True, None]),
                    "induces_myopathy": self.chance.choice([False, False, True, None]),
                }
            )
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            kind = self.chance.choice(["pulmonary_embolism", "pulmonary_embolism", "blood_product_reaction"])
            self.events.append({"patient_id": name, "event": kind, "date": self.maybe(self.near(day))})

    def tables(self) -> dict[str, pd.DataFrame]:
        tables = {}
        for name in ("patients", "lines", "events"):
            table = pd.DataFrame(getattr(self, name))
            for column in table:
                if "date" in column or column == "stable_since":
                    table[column] = pd.to_datetime(table[column])
                elif table[column].dropna().isin([True, False]).all() and column != "dose_mg_day":
                    table[column] = table[column].astype("boolean")
            tables[name] = table
        return tables

    def of(self, rows: list[dict]) -> dict[str, list[dict]]:
        found = {patient["patient_id"]: [] for patient in self.patients}
        for row in rows:
            found[row["patient_id"]].append(row)
        return found


def screening_of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    screening = mt.derive_screening(tables["patients"], medications=tables["lines"], events=tables["events"])
    return screening.set_index("patient_id")


def plain(value: object) -> object:
    return (
        None if pd.isna(value) else bool(value) if isinstance(value, bool) or str(value) in ("True", "False") else value
    )


@pytest.fixture(scope="module", name="cohort")
def _cohort() -> Cohort:
    return Cohort(seed=2026)


def test_a_second_implementation_agrees(cohort):
    screening = screening_of(cohort.tables()).to_dict("index")
    lines, events = cohort.of(cohort.lines), cohort.of(cohort.events)
    differ = []
    seen = {name: set() for name in ANSWERS}
    for patient in cohort.patients:
        name = patient["patient_id"]
        expected = second.screened_by_hand(patient, lines[name], events[name])
        for answer in ANSWERS:
            found = plain(screening[name][answer])
            seen[answer].add(found)
            if found != expected[answer]:
                differ.append((answer, found, expected[answer], patient, lines[name], events[name]))
    assert differ[:1] == [], len(differ)
    assert all({True, False, None} <= values for answer, values in seen.items() if answer in ANSWERS[2:])


def test_partial_dates_leave_the_range_that_a_second_implementation_finds(cohort):
    """All pairs of days at the ends of months are tried: birth and first symptom before or on the day of screening."""
    patients = cohort.patients[:240]
    table = Cohort.tables(cohort)["patients"].head(len(patients))
    chance = random.Random(11)  # noqa: S311 - a test, not a secret
    dates = ("screening_date", "birth_date", "symptom_onset_date")
    said = {f"{name}_precision": [chance.choice(["month", "year", "day", None]) for _ in patients] for name in dates}
    table = table.assign(**{name: pd.Series(words, dtype="object") for name, words in said.items()})
    screening = mt.derive_screening(table).to_dict("records")
    known, open_ = 0, 0
    starts = (("birth_date", "age_years", 12), ("symptom_onset_date", "disease_duration_months", 1))
    for place, (patient, found) in enumerate(zip(patients, screening, strict=True)):
        for start, column, months in starts:
            told = [plain(found[name]) for name in (f"{column}_min", f"{column}_max", column)]
            if patient[start] is None:
                assert told == [None] * 3
                continue
            words = [said[f"{name}_precision"][place] for name in (start, "screening_date")]
            low, high = second.range_since(patient[start], words[0], patient["screening_date"], words[1], months)
            assert told == [low, high, low if low == high else None], (patient, words, column)
            assert (plain(found[f"{column}_because"]) is None) == (low == high)
            known += low == high
            open_ += low < high
    assert known > 100
    assert open_ > 100


def test_whoever_is_unknown_is_told_why(cohort):
    screening = screening_of(cohort.tables())
    for answer in ANSWERS[2:]:
        told = screening.loc[screening[answer].isna(), f"{answer}_because"]
        assert (told.fillna("").str.len() > 0).all()
        assert screening.loc[screening[answer].notna(), f"{answer}_because"].isna().all()


def test_the_month_alone_never_turns_an_answer_round(cohort):
    """Each date is any day of its month; what was known stays as it was or becomes unknown."""
    tables = cohort.tables()
    exact = screening_of(tables)
    chance = random.Random(3)  # noqa: S311 - a test, not a secret
    dates = {"patients": ["birth_date"], "lines": ["start_date", "stop_date", "stable_since"], "events": ["date"]}
    for name, columns in dates.items():
        for column in columns:
            said = [chance.choice(["month", "year", "day", None]) for _ in range(len(tables[name]))]
            tables[name][f"{column}_precision"] = pd.Series(said, dtype="object")
    coarse = screening_of(tables)
    for answer in ANSWERS:
        known = coarse[answer].notna() & exact[answer].notna()
        assert (coarse.loc[known, answer] == exact.loc[known, answer]).all(), answer
        assert known.any()
    # what the exact dates leave open, the months leave open too
    for answer in ANSWERS[2:]:
        assert coarse.loc[exact[answer].isna(), answer].isna().all(), answer
