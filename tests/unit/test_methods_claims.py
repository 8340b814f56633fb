"""Each claim of the paragraph of methods is read back against the rows and the options of every comparison."""

import re
from itertools import cycle, product

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, MyositisToolsError, UnknownWordError
from myositis_tools.studies.trials import arms, visit_differences
from myositis_tools.studies.trials.rescue import ESTIMANDS

SAMPLE = mt.load_visits().merge(mt.load_patients()[["patient_id", "sex"]], on="patient_id")
NAMES = [
    name for arm in ("IVIg", "placebo") for name in sorted(SAMPLE[SAMPLE["arm"] == arm]["patient_id"].unique())[:8]
]
VISITS = SAMPLE[SAMPLE["patient_id"].isin(NAMES) & SAMPLE["week"].isin([0, 4, 12])].reset_index(drop=True)
VISITS["rescued_in"] = VISITS["patient_id"].map({NAMES[0]: 6.0, NAMES[9]: 6.0, NAMES[10]: 20.0})
# a visit in a week of her own, a baseline value that is missing, a score that is not known
VISITS.loc[(VISITS["patient_id"] == NAMES[1]) & (VISITS["week"] == 0), "prednisone_mg_day"] = None
VISITS.loc[(VISITS["patient_id"] == NAMES[2]) & (VISITS["week"] == 12), "mmt8_150"] = None
VISITS = pd.concat([VISITS, VISITS.iloc[[0]].assign(week=5)], ignore_index=True)
INFERRED = "weeks 4 and 12, each with more than half of the patients seen"

SCORES = ({}, {"population": "juvenile", "enzyme_by": "range_share", "leave_out": {"ldh": "haemolysis"}})
RESCUES = ({}, *({"rescue": "rescued_in", "estimand": one} for one in ESTIMANDS))
MISSING = ("complete", "non-responder", ("worst", "best"))
SAID_OF_MISSING = {
    "complete": "were left out (complete cases)",
    "non-responder": "(non-responder imputation)",
    "worst": "As a lower bound of the effect",
    "best": "As an upper bound of the effect",
}
SAID_OF_RESCUE = {one: f"({one})." for one in ESTIMANDS}


@pytest.fixture(autouse=True)
def scored_once(monkeypatch):
    """The same visits are scored once: what is tried here are the sentences."""
    kept, really = SCORED, arms.score_arms

    def score(visits, group, scoring, columns=()):
        key = (id(visits), group, str(scoring), tuple(columns))
        return kept.setdefault(key, (visits, really(visits, group, scoring, columns)))[1]

    for module in (arms, visit_differences):
        monkeypatch.setattr(module, "score_arms", score)


SCORED = {}


def rows_of(table):
    return table.astype(object).where(table.notna(), None).to_dict("records")


def has(row, *names):
    return all(row.get(name) is not None for name in names)


def of_level(row):
    return row["estimate"] + (f" of {row['level']} improvement or better" if row.get("level") else "")


def weeks_in(text):
    return {int(week) for week in re.findall(r"\d+", text)}


def is_model(row):
    return has(row, "patients_in_model")


def between(row):
    return has(row, "estimate", "reference")


def needs_interval(row):
    return between(row) and row["method"] != "permutation" and row.get("subgroup") != "interaction"


# Each kind of sentence, and what must be true of the rows where it stands: nought of them, or what the text says.
def is_score(of, rows):
    return all(row["scored_as"] == of[1] + (of[2] or "") for row in rows)


def is_pair(of, rows):
    found = {(row["week"], row["arm"], row["reference"]) for row in rows if between(row) or "worse_by" in row}
    return (int(of[1]), of[2], of[3]) in found and not any(map(is_model, rows))


def is_interval(of, rows):
    found = [
        row
        for row in rows
        if needs_interval(row) and (of_level(row), row["interval"]) == (of[2], of[3]) and has(row, "low", "high")
    ]
    return bool(found) and all(100 * row["confidence"] == pytest.approx(float(of[1])) for row in found)


def is_exception(of, rows):
    return any(
        (row["arm"], row["reference"], of_level(row), row["interval"]) == (of[1], of[2], of[3], of[4])
        and (row["because"] or None) == of[8]
        and (not of[5] or not has(row, "low", "high"))
        and (not of[6] or has(row, "p_value"))
        and (of[5] != " could not be had" or not has(row, "value"))
        for row in rows
        if between(row)
    )


def is_known_in_model(of, rows):
    known = [f"{row['patients'] + row['reference_patients']:g} at week {row['week']}" for row in rows if is_model(row)]
    return of[4].split(", ") == known


def is_count(of, rows):
    names = ("not_known", "without_class")
    counts = {(row[name], row[f"reference_{name}"]) for row in rows for name in names if has(row, f"reference_{name}")}
    return (int(of[2]), int(of[4])) in counts


def is_moved(rows):
    return any(row["worse_by"] or row["reference_better_by"] for row in rows)


def has_strategy(word):
    return lambda _, rows: word in {row["missing"] for row in rows}


CLAIMS = [
    (r"Improvement was .* \(2016 ACR/EULAR, (\w+ thresholds)\)(, .*)?\.", is_score),
    (
        r"(\w+) was compared with (\w+) at weeks? ([\d, and]+) by one model of these visits\.",
        lambda of, rows: weeks_in(of[3]) == {row["week"] for row in rows if is_model(row) and has(row, "value")},
    ),
    (r"At week (\d+), (\w+) was compared with (\w+)\.", is_pair),
    (
        r"Between weeks (\d+) and (\d+), prednisone in (\w+) was compared with (\w+)\.",
        lambda of, rows: {(row["from_week"], row["to_week"]) for row in rows} == {(int(of[1]), int(of[2]))},
    ),
    (
        r"(\w+) was compared with (\w+) by counts of responders\.",
        lambda _, rows: not any("week" in row or "to_week" in row for row in rows),
    ),
    (r"Taken for planned visits: (.*)\.", lambda of, rows: {row["schedule"] for row in rows} == {of[1]}),
    (r"Prednisone was added up from (.*)\.", lambda of, rows: {row["read_from"] for row in rows} == {of[1]}),
    (r"A ([\d.]+) % interval is given for the (.+?) \((.*)\)\.", is_interval),
    (
        r"The (.*) was tested by permutations, seed (\d+)\.",
        lambda of, rows: any(row["interval"] == f"permutation, seed {of[2]}" and has(row, "p_value") for row in rows),
    ),
    (
        r"Of (\w+) against (\w+)[^,]*, (?:for )?the (.+?) \((.*)\)"
        r"( has no interval(; it was tested)?| could not be had)?(: (.*))?\.",
        is_exception,
    ),
    (
        r"In the model of (\w+) against (\w+) there were (\d+) patients; a score was known in (.*)\.",
        is_known_in_model,
    ),
    (
        r"A visit without a known score was left out of the model, the patient's other visits were not\.",
        lambda _, rows: all(map(is_model, rows)),
    ),
    (r"Patients whose \w+ was not known were left out \(complete cases\)\.", has_strategy("complete")),
    (r"Patients whose \w+ was not known were counted .* \(non-responder imputation\)\.", has_strategy("non-responder")),
    (r"As a lower bound of the effect, .*", has_strategy("worst")),
    (r"As an upper bound of the effect, .*", has_strategy("best")),
    (
        r"Missing core set measures were filled in (\d+) times .* each filling(.*Rubin's rules)?\.",
        lambda of, rows: (
            {row["imputations"] for row in rows} == {int(of[1])}
            and bool(of[2]) == any(has(row, "low", "high") for row in rows)
        ),
    ),
    (
        r"What was seen after rescue treatment was taken away before.*\(hypothetical\)\.",
        lambda _, rows: all(row["estimand"] == "hypothetical" and row["imputations"] for row in rows),
    ),
    (
        r"(?:What was seen after|A patient who was given|Of a patient who was given) rescue treatment .*\(([\w ]+)\)\.",
        lambda of, rows: {row["estimand"] for row in rows} == {of[1]} and not any("imputations" in row for row in rows),
    ),
    (
        r"Rescue treatment was given before week 12 to 1 patients of IVIg and 1 of placebo\.",  # see VISITS
        lambda _, rows: all(row["week"] == 12 for row in rows),
    ),
    (
        r"Scores that were not known were then set .*, read from the ([\d.]+) % interval of the mean difference\.",
        lambda of, rows: (
            is_moved(rows) and any(has(row, "low") and 100 * row["confidence"] == float(of[1]) for row in rows)
        ),
    ),
    (r"Scores that were not known were left as they were filled in.*", lambda _, rows: not is_moved(rows)),
    (r"The (\w+) was not known in (\d+) patients of (\w+) and (\d+) of (\w+)\.", is_count),
    (
        r"Whether the difference was the same in the subgroups by (\w+) was tested by one test \((.*)\); .*",
        lambda of, rows: any(row["interval"] == of[2] and has(row, "p_value") and row["by"] == of[1] for row in rows),
    ),
    (r"Computed with myositis_tools .*", lambda *_: True),
]


def read_back(table):
    """The text, after every sentence of it was found true, and every estimate that is not there was found in it."""
    rows, text = rows_of(table), mt.methods_paragraph(table)
    sentences = re.split(r"(?<=\.) (?=[A-Z])", text)
    assert len(sentences) == len(set(sentences))
    for sentence in sentences:
        found = [(pattern, check) for pattern, check in CLAIMS if re.fullmatch(pattern, sentence)]
        assert found, f"nobody reads this back: {sentence}"
        pattern, check = found[0]
        assert check(re.fullmatch(pattern, sentence), rows), f"not so: {sentence}"
    for row in filter(needs_interval, rows):
        named = f"the {of_level(row)} ({row['interval']})"
        if has(row, "low", "high"):
            assert f"interval is given for {named}." in text
        else:
            assert re.search(re.escape(named) + " (has no interval|could not be had)", text), named
        assert not row["because"] or row["because"] in text
    return text


def check_options(text, score=None, rescue=None, missing=()):
    if score is not None:
        assert f"{score.get('population', 'adult')} thresholds" in text
        assert ("enzyme_by='range_share'" in text) == ("LDH left out (haemolysis)" in text) == bool(score)
    missing = (missing,) if isinstance(missing, str) else missing
    assert {one for one, said in SAID_OF_MISSING.items() if said in text} == set(missing)
    asked = {rescue["estimand"]} if rescue else set()
    assert {one for one, said in SAID_OF_RESCUE.items() if said in text} == asked
    assert ("rescue" in text.lower()) == bool(rescue)


def in_turn(*options):
    """Every combination of the options, each with the next of the two ways to score."""
    return zip(product(*options), cycle(SCORES), strict=False)


def test_scores():
    for (adjust, missing, rescue), score in in_turn(([], ["prednisone_mg_day"]), MISSING, RESCUES):
        found = mt.compare_scores(
            VISITS, 12, missing=missing, adjust=adjust, resamples=9, confidence=0.9, **rescue, **score
        )
        text = read_back(found)
        check_options(text, score, rescue, missing)
        assert ("with prednisone_mg_day" in text) == ("without a baseline value to adjust for" in text) == bool(adjust)


def test_responders():
    levels = cycle(("minimal", "moderate", "major"))
    for (method, missing, rescue), score in in_turn((None, "newcombe"), MISSING, RESCUES):
        level = next(levels)
        found = mt.compare_responders(VISITS, 12, level=level, missing=missing, method=method, **rescue, **score)
        text = read_back(found)
        check_options(text, score, rescue, missing)
        assert set(re.findall(r"of (\w+) improvement", text)) == {level}


def test_over_visits():
    kinds = ("unstructured", "exchangeable", "independence")
    for (covariance, weeks, adjust), score in in_turn(kinds, (None, [12]), ([], ["prednisone_mg_day"])):
        found = mt.compare_over_visits(VISITS, covariance=covariance, weeks=weeks, adjust=adjust, **score)
        text = read_back(found)
        check_options(text, score)
        assert "A visit without a known score was left out" in text
        assert ("at week 12 by one model" in text) == (weeks is not None)
        used = set(found["covariance"]) - {""}
        assert all(f"{one} covariance" in text for one in used)
        assert used == {covariance} or "instead" in text


def test_subgroups():
    for (rescue, estimate), score in in_turn(RESCUES, ("mean difference", "difference")):
        found = mt.compare_subgroups(VISITS, 12, by="sex", estimate=estimate, **rescue, **score)
        check_options(read_back(found), score, rescue, "complete")


COURSES = pd.DataFrame(
    {
        "patient_id": NAMES,
        "drug": "prednisone",
        "dose_mg_day": 10.0,
        "start_date": pd.Timestamp(2015, 1, 1),
        "stop_date": [pd.NaT, *[pd.Timestamp(2040, 1, 1)] * (len(NAMES) - 1)],
    }
)


def test_prednisone():
    schedules = ((None, INFERRED), ([4, 8], "weeks 4 and 8, as named"), ([], "no visit, as named"))
    ways = ("complete", "worst", ("worst", "best"))
    for missing, dose, (weeks, planned) in product(ways, ("unknown", "last dose"), schedules):
        text = read_back(mt.compare_prednisone(VISITS, 12, weeks=weeks, missing=missing, missing_dose=dose))
        check_options(text, missing=missing)
        assert f"planned visits: {planned}." in text
        assert ("until the next recorded dose" in text) == (dose == "last dose")
        assert ("until the patient's own next visit" in text) == (dose == "unknown")
        assert "medication courses" not in text
    for missing, stop in product(ways, ("unknown", "still taken")):
        text = read_back(mt.compare_prednisone(VISITS, 12, medications=COURSES, missing=missing, missing_stop=stop))
        check_options(text, missing=missing)
        assert "medication courses" in text
        assert ("as still taken" in text) == (stop == "still taken")
        assert "visit" not in text


def test_imputed():
    for (rescue, (weeks, planned)), score in in_turn(
        (None, "rescued_in"), ((None, INFERRED), ([12], "week 12, as named"), ([4, 12], "weeks 4 and 12, as named"))
    ):
        filled = mt.impute_measures(VISITS, weeks=weeks, rescue=rescue, imputations=2, rounds=1, **score)
        asked = {"estimand": "hypothetical"} if rescue else {}
        found = mt.compare_imputed(filled, 12, adjust=["prednisone_mg_day"], level="major", **score)
        text = read_back(found)
        check_options(text, score, asked)
        assert f"planned visits: {planned}." in text
        worse = [0, 20] if weeks else [0]
        text = read_back(mt.tipping_point(filled, 12, worse_by=worse, reference_better_by=[0], **score))
        check_options(text, score, asked)
        assert ("tipping point)" in text) == ("0 to 20 points lower in the arm compared" in text) == bool(weeks)
        assert "higher in the reference" not in text


def test_counts():
    confidence = cycle((0.9, 0.95))
    for own, other, method in product(
        ((0, 10), (3, 10), (10, 10), (0, 0)), ((0, 10), (5, 9), (9, 9)), (None, "wald", "exact")
    ):
        counts = {"IVIg": own, "placebo": other}
        text = read_back(mt.compare_counts(counts, method=method, confidence=next(confidence)))
        check_options(text)
        assert "week" not in text
    assert "compared" not in mt.methods_paragraph(mt.compare_counts({"IVIg": (3, 10)}))


@pytest.mark.parametrize(
    ("table", "error"),
    [
        (pd.DataFrame({"arm": ["IVIg"], "reference": ["placebo"], "value": [1.0]}), MissingColumnError),
        (mt.compare_counts({"A": (1, 2), "placebo": (1, 2)}).assign(estimate="hazard ratio"), UnknownWordError),
        (mt.compare_counts({"A": (1, 2), "placebo": (1, 2)}).drop(columns="low"), MissingColumnError),
        (mt.compare_counts({"A": (1, 2), "placebo": (1, 2)}).assign(confidence="high"), MyositisToolsError),
        (VISITS, MissingColumnError),
    ],
)
def test_a_table_that_is_none_of_theirs_is_one_error(table, error):
    with pytest.raises(error):
        mt.methods_paragraph(table)
