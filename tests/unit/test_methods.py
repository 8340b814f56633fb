"""The paragraph of methods: it says what was done, and nothing that was not."""

import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError

VISITS = mt.load_visits().merge(mt.load_patients()[["patient_id", "sex"]], on="patient_id")
IMPUTED = mt.impute_measures(VISITS, weeks=[12], imputations=3)


def test_what_was_done_is_said_once():
    found = mt.compare_scores(
        VISITS, 12, missing=("complete", "worst"), adjust=["mmt8_150"], resamples=9, confidence=0.9
    )
    said = mt.methods_paragraph(found)
    for sentence in (
        "Total Improvement Score (2016 ACR/EULAR, adult thresholds).",
        "At week 12, IVIg was compared with placebo.",
        "A 90 % interval is given for the mean difference (Welch's t).",
        "A 90 % interval is given for the mean difference (least squares, with mmt8_150).",
        "The mean difference was tested by permutations, seed 0.",
        "Patients whose score was not known were left out (complete cases).",
        "As a lower bound of the effect",
        "The score was not known in 3 patients of IVIg and 4 of placebo.",
        "Computed with myositis_tools",
    ):
        assert said.count(sentence) == 1, sentence
    for word in ("rescue", "Rubin", "subgroup", "upper bound", "responder", "tipping"):
        assert word not in said


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: mt.compare_responders(VISITS, 12),
            "interval is given for the odds ratio of moderate improvement or better",
        ),
        (lambda: mt.compare_responders(VISITS, 12, missing="non-responder"), "(non-responder imputation)"),
        (
            lambda: mt.compare_responders(VISITS.assign(week_of=4), 12, rescue="week_of", estimand="composite"),
            "counted as not improved (composite).",
        ),
        (
            lambda: mt.compare_over_visits(VISITS),
            "IVIg was compared with placebo at weeks 4, 8, 12, 26 and 52 by one model of these visits.",
        ),
        (lambda: mt.compare_imputed(IMPUTED, 12), "filled in 3 times by chained equations"),
        (lambda: mt.tipping_point(IMPUTED, 12, worse_by=[0]), "where the conclusion changes (tipping point)"),
        (
            lambda: mt.compare_prednisone(VISITS, 26),
            "Between weeks 0 and 26, prednisone in IVIg was compared with placebo.",
        ),
        (lambda: mt.compare_subgroups(VISITS, 12, by="sex"), "no subgroup was tested on its own."),
        (lambda: pl.from_pandas(mt.compare_scores(VISITS, 12, resamples=9)), "(Brunner-Munzel, logit scale)"),
    ],
)
def test_each_table_says_what_it_is(make, sentence):
    assert sentence in mt.methods_paragraph(make())


def test_options_of_the_score_are_named_and_another_table_is_refused():
    said = mt.methods_paragraph(mt.compare_scores(VISITS, 12, resamples=9, population="juvenile", enzymes=["ck"]))
    assert "juvenile thresholds), with enzymes=['ck']." in said
    with pytest.raises(MissingColumnError, match="compare functions"):
        mt.methods_paragraph(VISITS)
