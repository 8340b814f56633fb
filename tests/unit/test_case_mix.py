"""Who is kept and who is left out, against a table worked by hand."""

from math import sqrt

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.frames import columns
from tests.spec.cohort import cohort
from tests.spec.eligible import changed, screening_of

TIM = mt.TIME_IS_MUSCLE
# kept: 30, 40, 80 years; left out, not having consented: 20, 60 and one not recorded; the last is left open
TABLE = screening_of(
    [
        changed("age_years 30"),
        changed("age_years 40, sex male"),
        changed("age_years 80"),
        changed("age_years 20, sex male, consent_signed no"),
        changed("age_years 60, sex male, consent_signed no, subtype ?"),
        changed("age_years ?, sex ?, consent_signed no"),
        changed("age_years ?"),
    ]
)

LARGE = screening_of(
    [changed("")] * 8
    + [changed("sex male")]
    + [changed("consent_signed no")] * 3
    + [changed("sex male, consent_signed no")] * 2
    + [changed("sex male, consent_signed no, subtype ?")]
)


def rows(column: str, **options: object) -> pd.DataFrame:
    found = mt.case_mix(TIM, TABLE, [column], **options)
    return found[found["column"] == column].set_index("level")


def test_a_number():
    row = rows("age_years").loc[""]
    assert row[["kept", "left_out", "undecided"]].tolist() == [3, 2, 0]
    assert row[["kept_lower_quartile", "kept_median", "kept_upper_quartile"]].tolist() == [35, 40, 60]
    assert row[["left_out_lower_quartile", "left_out_median", "left_out_upper_quartile"]].tolist() == [30, 40, 50]
    # means 50 and 40; variances (400 + 100 + 900) / 2 and (400 + 400) / 1
    assert row["difference"] == pytest.approx(10 / sqrt((700 + 800) / 2))
    assert (row["label"], row["unit"]) == ("age", "years")
    missing = rows("age_years").loc["not recorded"]
    assert missing[["kept", "left_out", "undecided"]].tolist() == [0, 1, 1]
    assert missing[["kept_percent", "left_out_percent"]].tolist() == pytest.approx([0, 100 / 3])


def test_words():
    found = rows("sex")
    assert found.index.tolist() == ["female", "male", "not recorded"]
    assert found["kept"].tolist() == [2, 1, 0]
    assert found["left_out"].tolist() == [0, 2, 1]
    assert found["left_out_percent"].tolist() == pytest.approx([0, 100, 100 / 3])  # of those recorded, of all
    share = 2 / 3
    assert found.loc["female", "difference"] == pytest.approx(share / sqrt(share * (1 - share) / 2))
    assert rows("subtype").index.tolist() == ["dermatomyositis", "not recorded"]


def test_unknown_counts_as():
    sizes = {
        unknown: mt.case_mix(TIM, TABLE, [], unknown=unknown).iloc[0][["kept", "left_out", "undecided"]].tolist()
        for unknown in ("itself", "worst", "best")
    }
    assert sizes == {"itself": [3, 3, 1], "worst": [3, 4, 0], "best": [4, 3, 0]}


def test_the_sample_against_a_slow_count():
    screening = mt.load_screening()
    found = mt.case_mix(TIM, screening)
    assert list(found.columns) == [name for name in columns("case_mix") if name != "masked"]
    decided = TIM.verdicts(screening)["decision"]
    groups = {"kept": screening[decided == "eligible"], "left_out": screening[decided == "ineligible"]}
    for row in found[found["column"] != ""].to_dict("records"):
        for group, people in groups.items():
            values = people[row["column"]]
            if row["level"] == "not recorded":
                assert row[group] == values.isna().sum()
            elif row["level"]:
                assert row[group] == (values == row["level"]).sum()
                assert row[f"{group}_percent"] == pytest.approx(100 * row[group] / values.notna().sum())
            elif row[group]:
                assert row[f"{group}_median"] == pytest.approx(values.median())
    assert found.iloc[0]["kept"] == len(groups["kept"])
    by_column = found[found["column"] != ""].groupby("column")[["kept", "left_out", "undecided"]].sum()
    assert (by_column.sum(axis=1) == len(screening)).all()


def test_small_counts_are_hidden_with_what_tells_them():
    found = mt.case_mix(TIM, LARGE, ["sex", "subtype"], mask_below=3).set_index(["column", "level"])
    assert found["masked"].to_dict() == {
        ("", ""): "",
        ("sex", "female"): "kept",
        ("sex", "male"): "kept",  # of 9 kept one is male
        ("sex", "not recorded"): "",
        ("subtype", "dermatomyositis"): "left_out",
        ("subtype", "not recorded"): "left_out",
    }
    male = found.loc[("sex", "male")]
    assert male[["kept", "kept_percent", "difference"]].isna().all()
    assert male[["left_out", "left_out_percent"]].tolist() == [3, 50]
    # of 6 left out one has no subtype, which the percentage would tell
    assert pd.isna(found.loc[("subtype", "dermatomyositis"), "left_out_percent"])


def test_the_median_of_a_hidden_number_is_a_value_that_somebody_has():
    """How far it lies between two values told how many there are, and with the size of the group who is missing."""
    ages = ["age_years 30"] * 4 + ["age_years 33"] * 4 + ["age_years ?"]
    people = [changed(age) for age in ages]
    alone = TIM.without(*(each.key for each in TIM.criteria if each.key != "informed_consent"))
    found = mt.case_mix(alone, screening_of(people), ["age_years"], mask_below=3).set_index("level")
    assert pd.isna(found.loc["", "kept"].iloc[1])
    assert found["kept_median"].iloc[1] == 30
    assert mt.case_mix(alone, screening_of(people), ["age_years"])["kept_median"].iloc[1] == 31.5
    few = mt.case_mix(alone, screening_of(people), ["age_years"], mask_below=5)  # 9 are too few to say that they are
    assert few[["kept", "kept_median", "kept_upper_quartile"]].iloc[1].isna().all()


@pytest.mark.parametrize("people", [TABLE.iloc[:0], TABLE.iloc[:1], cohort()])
def test_few_or_nobody(people):
    before = people.copy(deep=True)
    found = mt.case_mix(TIM, people)
    assert found.iloc[0][["kept", "left_out", "undecided"]].sum() == len(people)
    pd.testing.assert_frame_equal(people, before)


def test_what_is_refused():
    with pytest.raises(mt.errors.OptionError, match="did you mean 'age_years'"):
        mt.case_mix(TIM, TABLE, ["age_year"])
    with pytest.raises(mt.errors.MissingColumnError, match="cdasi_activity"):
        mt.case_mix(TIM, TABLE, ["cdasi_activity"])
    with pytest.raises(mt.errors.OptionError, match="unknown"):
        mt.case_mix(TIM, TABLE, unknown="bad")
