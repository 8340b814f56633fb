"""Single courses with gaps, completed in every way on a grid: nothing certain is contradicted, little is needless.

Each gap (start, stop, stable dose, dose, weight, route, flags) is filled with values at every edge of every allowance,
a day, a tenth of a milligram or of a kilogram to each side, and far beyond. The verdict of a completed course is the
package's own. An *unknown* is needless where every completion gives one and the same certain verdict.
"""

import random
from datetime import date, timedelta
from itertools import product

import pandas as pd
import pytest

import myositis_tools as mt
from tests.property.second_screening import NAMED, STEROIDS, months_before

SCREENED = date(2026, 6, 30)
COURSES = 700
MOST_COMPLETIONS = 160
FLAGS = ("non_muscular_indication", "known_for_myositis", "induces_myopathy")
DATES = ("start_date", "stop_date", "stable_since")
FIELDS = (*DATES, "dose_mg_day", "weight_kg", "route", *FLAGS)
EDGES = {months_before(SCREENED, months) for months in (3, 6)} | {SCREENED - timedelta(days) for days in (0, 7, 14)}
SHORT = {SCREENED - timedelta(days) for days in (1, 2, 3, 4)}
DAYS = sorted(
    {day + timedelta(step) for day in EDGES for step in (-1, 0, 1)} | SHORT | {date(2000, 1, 1), date(2020, 1, 1)}
)
# the edges for each glucocorticoid, at about 70 kg: 20 mg and 70 mg of prednisone are 3 mg and 10.5 mg of dexamethasone
DOSES = [0.0, 3.0, 3.1, 10.4, 10.5, 10.6, 16.0, 16.1, 20.0, 20.1, 40.0, 40.1, 55.9, 56.0, 56.1]
DOSES += [69.9, 70.0, 70.1, 399.0, 401.0, 1000.0, 1000.1, 9000.0]
WEIGHTS = [1.0, 16.0, 30.0, 69.9, 70.0, 70.1, 250.0, 399.9, 400.0]
DRUGS = ["prednisone", "methylprednisolone", "dexamethasone", "azathioprine", "adalimumab", "tofacitinib"]
ANSWERS = ("allowed", "by_pulse", "by_full_dose", "by_low_dose", "by_stable_drug", "recent_immunosuppression")

# of courses with gaps: the unknowns, and those that every completion answers alike
NEEDLESS: dict[str, int] = {}


def drawn(chance: random.Random) -> dict[str, object]:
    """A complete course that can be."""
    start = chance.choice(DAYS)
    later = [day for day in DAYS if day >= start]
    stop = chance.choice([None, None, *later])
    stable = chance.choice([day for day in later if stop is None or day <= stop])
    flags = {name: chance.choice([True, False]) for name in FLAGS}
    drug = chance.choice(DRUGS)
    if drug not in STEROIDS and chance.random() < 0.7:  # nearly a stable drug for another disease
        start, stop, flags = (
            min(start, chance.choice(DAYS[:3])),
            None,
            dict(zip(FLAGS, (True, False, False), strict=True)),
        )
        stable = chance.choice([day for day in DAYS[:5] if day >= start])
    return {
        "drug": drug,
        "start_date": start,
        "stop_date": stop,
        "stable_since": stable,
        "dose_mg_day": chance.choice(DOSES),
        "weight_kg": chance.choice(WEIGHTS[3:6]),
        "route": chance.choice(["oral", "intravenous"]),
        "still_taken": stop is None,
        **flags,
    }


def weights_about(line: dict[str, object], doses: list[float]) -> list[float]:
    about = {dose * 5 / STEROIDS[str(line["drug"])] for dose in doses} if line["drug"] in STEROIDS else set()
    near = {weight + step for weight in about for step in (-0.1, 0, 0.1) if 1 <= weight + step <= 400}
    return sorted({*WEIGHTS, *near}) if len(doses) == 1 else WEIGHTS


def completions(line: dict[str, object], gaps: list[str]) -> list[dict[str, object]]:
    doses = DOSES if "dose_mg_day" in gaps else [float(line["dose_mg_day"])]
    of = {
        "start_date": [date(1990, 1, 1), *DAYS, SCREENED + timedelta(40)],
        # one who stopped on a day that is not recorded did so by screening
        "stop_date": [day for day in DAYS if day <= SCREENED],
        "stable_since": [*DAYS, SCREENED + timedelta(40)],
        "dose_mg_day": DOSES,
        "weight_kg": weights_about(line, doses),
        "route": ["oral", "intravenous"],
        **{name: [True, False] for name in FLAGS},
    }
    filled = []
    for values in product(*(of[name] for name in gaps)):
        one = line | dict(zip(gaps, values, strict=True))
        start, stop, stable = (one[name] for name in DATES)
        if start <= stable and (stop is None or stable <= stop) and (stop is None or start <= stop):
            filled.append(one)
    return filled


def table_of(lines: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(lines)
    for name in DATES:
        table[name] = pd.to_datetime(table[name])
    for name in ("dose_mg_day", "weight_kg"):
        table[name] = table[name].astype("float64")
    for name in (*FLAGS, "still_taken"):
        table[name] = table[name].astype("boolean")
    return table.assign(patient_id=[f"P{place:06}" for place in range(len(table))])


def answered(lines: list[dict[str, object]]) -> list[dict[str, str]]:
    """What is said of each course, as the only one of a patient."""
    table = table_of(lines)
    patients = table[["patient_id"]].assign(screening_date=pd.Timestamp(SCREENED), weight_kg=table["weight_kg"])
    judged = mt.judge_exposures(table, patients)
    recent = mt.derive_screening(patients, medications=table)["recent_immunosuppression"].astype("object")
    words = {True: "met", False: "not met"}
    found = judged.assign(recent_immunosuppression=[words.get(value, "unknown") for value in recent])
    return found[[*ANSWERS, "because"]].to_dict("records")


class Completed:
    """Courses with gaps, what is said of them, and the set of what is said of their completions."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a test, not a secret
        self.lines: list[dict[str, object]] = []
        rows, owners = [], []
        while len(self.lines) < COURSES:
            full = drawn(chance)
            # a named drug is known for myositis where the list does not say; an empty stop is one still taken
            fields = [name for name in FIELDS if not (name == "known_for_myositis" and full["drug"] in NAMED)]
            fields = [name for name in fields if not (name == "stop_date" and full["stop_date"] is None)]
            if full["stop_date"] is not None and full["stop_date"] > SCREENED:
                fields.remove("stop_date")
            gaps = chance.sample(fields, chance.choice([1, 1, 2, 2, 3]))
            filled = completions(full, gaps)
            if len(filled) > MOST_COMPLETIONS:
                continue
            owners += [len(self.lines)] * len(filled)
            self.lines.append(full | dict.fromkeys(gaps))
            rows += filled
        self.said = answered(self.lines)
        self.found = [{name: set() for name in ANSWERS} for _ in self.lines]
        for owner, answer in zip(owners, answered(rows), strict=True):
            for name in ANSWERS:
                self.found[owner][name].add(answer[name])


@pytest.fixture(scope="module", name="completed")
def _completed() -> Completed:
    return Completed(seed=14)


def test_no_completion_contradicts_what_is_certain(completed):
    seen = set()
    for line, said, found in zip(completed.lines, completed.said, completed.found, strict=True):
        for name in ANSWERS:
            seen.add((name, said[name]))
            if said[name] != "unknown":
                assert found[name] == {said[name]}, (name, said[name], found[name], line)
    assert seen == {(name, word) for name in ANSWERS for word in ("met", "not met", "unknown")}


def test_hardly_an_unknown_is_needless(completed):
    """The unknowns that every completion answers alike, by answer; the table at the top holds them."""
    needless = dict.fromkeys(ANSWERS, 0)
    unknown = dict.fromkeys(ANSWERS, 0)
    examples: dict[str, tuple] = {}
    for line, said, found in zip(completed.lines, completed.said, completed.found, strict=True):
        for name in ANSWERS:
            unknown[name] += said[name] == "unknown"
            if said[name] == "unknown" and len(found[name]) == 1 and found[name] != {"unknown"}:
                needless[name] += 1
                examples.setdefault(name, (found[name], said["because"], line))
    assert {name: count for name, count in needless.items() if count} == NEEDLESS, (unknown, examples)
