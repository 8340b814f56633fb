"""The Total Improvement Score says what the paper says.

Points and classes: Rider LG, et al. Arthritis Rheumatol 2017;69:911-923 (PMC5577002), Table 3. Ranges of the enzymes
(CK 15, aldolase 6, LDH, ALT and AST 3 x ULN) and the treatment of what is missing are decisions D1 to D4 of this
project.
"""

from pathlib import Path

import pandas as pd
import pytest

from myositis_tools.scores import score_total_improvement

NAMES = {
    "PhGA": "physician_global_cm",
    "PtGA": "patient_global_cm",
    "MMT": "mmt8_150",
    "HAQ": "haq_di",
    "CK": "ck_xuln",
    "aldolase": "aldolase_xuln",
    "LDH": "ldh_xuln",
    "ALT": "alt_xuln",
    "AST": "ast_xuln",
    "EM": "extramuscular_cm",
    "patient": "patient_id",
}
MEASURES = ["physician_global", "patient_global", "mmt", "haq", "enzyme", "extramuscular"]
POINTS = [f"points_{name}" for name in MEASURES]
# A patient in whom nothing changes: each test changes what it is about.
STEADY = {
    "physician_global_cm": 5.0,
    "patient_global_cm": 5.0,
    "mmt8_150": 75.0,
    "haq_di": 1.5,
    "ck_xuln": 10.0,
    "extramuscular_cm": 5.0,
}


def visits_of(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns=NAMES)


def pairs(column: str, values: list[tuple[float, float]], **others: float) -> pd.DataFrame:
    """One patient a pair: the column goes from the first value to the second, all else is steady."""
    steady = {
        name: value for name, value in STEADY.items() if not (name.startswith("mmt") and column.startswith("mmt"))
    }
    steady |= others
    rows = []
    for number, (before, now) in enumerate(values):
        rows += [steady | {"patient_id": f"{number}", "week": 0, column: before}]
        rows += [steady | {"patient_id": f"{number}", "week": 12, column: now}]
    return pd.DataFrame(rows)


def follow_up(scored: pd.DataFrame) -> pd.DataFrame:
    return scored[scored["week"] > 0].reset_index(drop=True)


def show(value: object) -> str:
    return "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)


def as_words(frame: pd.DataFrame, columns: list[str]) -> list[list[str]]:
    return [[show(value) for value in row] for row in frame[columns].astype(object).itertuples(index=False)]


# ---------------------------------------- worked examples


@pytest.fixture(scope="module")
def examples(read) -> pd.DataFrame:
    text = Path(__file__).with_name("total_improvement_examples.txt").read_text(encoding="utf-8")
    found = read(text)
    assert len(found) == 61
    return found


def example_visits(examples: pd.DataFrame, scale: int, upper_limit: float | None = None) -> pd.DataFrame:
    rows = []
    for row in examples[examples["MMT of"] == scale].to_dict("records"):
        limit = upper_limit or row["ULN"]
        for week, mark in ((0, ""), (12, "'")):
            rows.append(
                {
                    "patient_id": row["id"],
                    "week": week,
                    "physician_global_cm": row["PhGA" + mark],
                    "patient_global_cm": row["PtGA" + mark],
                    {80: "mmt8_80", 150: "mmt8_150", 260: "mmt26_260"}[scale]: row["MMT" + mark],
                    "haq_di": row["HAQ" + mark],
                    "extramuscular_cm": row["EM" + mark],
                    **{
                        f"{enzyme}_xuln": row["value" + mark] / limit if enzyme == row["enzyme"] else None
                        for enzyme in ("ck", "aldolase", "ldh", "ast")
                    },
                }
            )
    return pd.DataFrame(rows)


@pytest.mark.parametrize("scale", [80, 150, 260])
def test_the_worked_examples(examples, scale):
    limit_known = examples[examples["ULN"].notna()]
    expected = limit_known[limit_known["MMT of"] == scale].reset_index(drop=True)
    scored = follow_up(score_total_improvement(example_visits(limit_known, scale)))

    points = ["p PhGA", "p PtGA", "p MMT", "p HAQ", "p enz", "p EM", "TIS", "class"]
    assert as_words(scored, [*POINTS, "tis", "response"]) == as_words(expected, points)
    assert scored["enzyme"].tolist() == expected["enzyme"].tolist()


@pytest.mark.parametrize("upper_limit", [26.0, 140.0, 200.0])
def test_a_published_patient_with_severe_rash_scores_52_and_a_half(examples, upper_limit):
    # Printed: the twelve values. Derived here: 20 + 2.5 + 10 + 0 + 0 + 20. Her ceiling: HAQ 0 and MMT 146 at baseline.
    printed = examples[examples["id"] == "acthar-pt6"]
    scored = follow_up(score_total_improvement(example_visits(printed, 150, upper_limit)))
    assert as_words(scored, [*POINTS, "tis", "response"]) == [["20", "2.5", "10", "0", "0", "20", "52.5", "moderate"]]


@pytest.mark.parametrize("upper_limit", [70.0, 140.0, 200.0])
def test_a_published_patient_without_weakness_scores_17_and_a_half(read, upper_limit):
    # Printed on the same pages: the twelve values (CK 93 to 65, upper limit not printed). Derived here: the points.
    visits = visits_of(
        read(
            """
            patient | week | PhGA | PtGA | MMT | HAQ   | CK | EM
            RCI-B   | 0    | 3.2  | 4    | 149 | 0.125 | 93 | 3.5
            RCI-B   | 24   | 2.0  | 3    | 150 | 0.25  | 65 | 2.2
            """
        )
    )
    scored = follow_up(score_total_improvement(visits.assign(ck_xuln=visits["ck_xuln"] / upper_limit)))
    assert as_words(scored, [*POINTS, "tis", "response"]) == [["7.5", "2.5", "0", "0", "0", "7.5", "17.5", "none"]]


def test_the_limit_of_women_gives_the_swedish_patients_the_same_points(examples):
    swedish = examples[examples["id"].str.startswith("dastmalchi")].reset_index(drop=True)
    scored = follow_up(score_total_improvement(example_visits(swedish, 80, 2.5)))
    assert as_words(scored, ["points_mmt", "points_enzyme"]) == as_words(swedish, ["p MMT", "p enz"])


# ---------------------------------------- the points table

BAND_EDGES = """
measure              | from  | to     | percent | points   # Table 3: the edge itself belongs to the lower band
physician_global_cm  | 8     | 7.6    | 4       | 0
physician_global_cm  | 8     | 7.5    | 5       | 0
physician_global_cm  | 8     | 7.4    | 6       | 7.5
physician_global_cm  | 8     | 6.6    | 14      | 7.5
physician_global_cm  | 8     | 6.5    | 15      | 7.5
physician_global_cm  | 8     | 6.4    | 16      | 15
physician_global_cm  | 8     | 5.5    | 25      | 15
physician_global_cm  | 8     | 5.4    | 26      | 17.5
physician_global_cm  | 8     | 4      | 40      | 17.5
physician_global_cm  | 8     | 3.9    | 41      | 20
physician_global_cm  | 10    | 0      | 100     | 20
physician_global_cm  | 2     | 9      | -70     | 0
patient_global_cm    | 8     | 7.5    | 5       | 0
patient_global_cm    | 8     | 7.4    | 6       | 2.5
patient_global_cm    | 8     | 6.5    | 15      | 2.5
patient_global_cm    | 8     | 6.4    | 16      | 5
patient_global_cm    | 8     | 5.5    | 25      | 5
patient_global_cm    | 8     | 5.4    | 26      | 7.5
patient_global_cm    | 8     | 4      | 40      | 7.5
patient_global_cm    | 8     | 3.9    | 41      | 10
patient_global_cm    | 2     | 9      | -70     | 0
extramuscular_cm     | 8     | 7.5    | 5       | 0
extramuscular_cm     | 8     | 7.4    | 6       | 7.5
extramuscular_cm     | 8     | 6.5    | 15      | 7.5
extramuscular_cm     | 8     | 6.4    | 16      | 12.5
extramuscular_cm     | 8     | 5.5    | 25      | 12.5
extramuscular_cm     | 8     | 5.4    | 26      | 15
extramuscular_cm     | 8     | 4      | 40      | 15
extramuscular_cm     | 8     | 3.9    | 41      | 20
extramuscular_cm     | 2     | 9      | -70     | 0
mmt8_80              | 40    | 41     | 1.25    | 0        # 1.6 points would be 2 %: there is no such score
mmt8_80              | 40    | 42     | 2.5     | 10
mmt8_80              | 40    | 48     | 10      | 10
mmt8_80              | 40    | 49     | 11.25   | 20
mmt8_80              | 40    | 56     | 20      | 20
mmt8_80              | 40    | 57     | 21.25   | 27.5
mmt8_80              | 40    | 64     | 30      | 27.5
mmt8_80              | 40    | 65     | 31.25   | 32.5
mmt8_150             | 75    | 78     | 2       | 0
mmt8_150             | 75    | 79     | 2.66667 | 10
mmt8_150             | 75    | 90     | 10      | 10
mmt8_150             | 75    | 91     | 10.6667 | 20
mmt8_150             | 75    | 105    | 20      | 20
mmt8_150             | 75    | 106    | 20.6667 | 27.5
mmt8_150             | 75    | 120    | 30      | 27.5
mmt8_150             | 75    | 121    | 30.6667 | 32.5
mmt8_150             | 120   | 75     | -30     | 0
mmt26_260            | 130   | 135    | 1.92308 | 0        # 5.2 points would be 2 %
mmt26_260            | 130   | 136    | 2.30769 | 10
mmt26_260            | 130   | 156    | 10      | 10
mmt26_260            | 130   | 157    | 10.3846 | 20
mmt26_260            | 130   | 182    | 20      | 20
mmt26_260            | 130   | 183    | 20.3846 | 27.5
mmt26_260            | 130   | 208    | 30      | 27.5
mmt26_260            | 130   | 209    | 30.3846 | 32.5
haq_di               | 2     | 1.875  | 4.16667 | 0
haq_di               | 2     | 1.75   | 8.33333 | 5
haq_di               | 2     | 1.625  | 12.5    | 5
haq_di               | 2     | 1.5    | 16.6667 | 7.5
haq_di               | 2     | 1.25   | 25      | 7.5
haq_di               | 2     | 1.125  | 29.1667 | 7.5
haq_di               | 2     | 0.875  | 37.5    | 7.5
haq_di               | 2     | 0.75   | 41.6667 | 10
haq_di               | 1     | 2      | -33.3333 | 0
ck_xuln              | 10    | 9.25   | 5       | 0
ck_xuln              | 10    | 9.24   | 5.06667 | 2.5
ck_xuln              | 10    | 7.75   | 15      | 2.5
ck_xuln              | 10    | 7.74   | 15.0667 | 5
ck_xuln              | 10    | 6.25   | 25      | 5
ck_xuln              | 10    | 6.24   | 25.0667 | 7.5
ck_xuln              | 10    | 4      | 40      | 7.5
ck_xuln              | 10    | 3.99   | 40.0667 | 7.5
ck_xuln              | 40    | 1      | 260     | 7.5      # more than the whole range: nothing is cut off
ck_xuln              | 2     | 15     | -86.6667 | 0
aldolase_xuln        | 3     | 2.7    | 5       | 0
aldolase_xuln        | 3     | 2.69   | 5.16667 | 2.5
ldh_xuln             | 3     | 2.85   | 5       | 0
ldh_xuln             | 3     | 2.84   | 5.33333 | 2.5
alt_xuln             | 3     | 2.55   | 15      | 2.5
alt_xuln             | 3     | 2.54   | 15.3333 | 5
ast_xuln             | 3     | 1.8    | 40      | 7.5
ast_xuln             | 3     | 2.25   | 25      | 5
"""


def test_every_band_at_its_edge_and_one_step_to_each_side(read):
    table = read(BAND_EDGES)
    for column, rows in table.groupby("measure", sort=False):
        others = {"ck_xuln": None} if column.endswith("_xuln") and column != "ck_xuln" else {}
        visits = pairs(column, list(zip(rows["from"], rows["to"], strict=True)), **others)
        measure = {"mmt": "mmt", "haq": "haq"}.get(column[:3], column.removesuffix("_cm"))
        measure = "enzyme" if column.endswith("_xuln") else measure
        scored = follow_up(score_total_improvement(visits))
        found = as_words(scored, [f"change_{measure}", f"points_{measure}"])
        assert found == as_words(rows.astype({"percent": float, "points": float}), ["percent", "points"]), column


# 0.1 cm grid: change of exactly 5, 15, 25, 40 % -> points of the band below the edge (Table 3).
LOWER_BAND = {
    "physician_global": {5: 0, 15: 7.5, 25: 15, 40: 17.5},
    "patient_global": {5: 0, 15: 2.5, 25: 5, 40: 7.5},
    "extramuscular": {5: 0, 15: 7.5, 25: 12.5, 40: 15},
}


@pytest.mark.parametrize("measure", LOWER_BAND)
def test_all_319_exact_edges_of_the_ten_centimetre_line_fall_in_the_lower_band(measure):
    # In plain binary arithmetic 26 of them come out above the edge: 1.1 to 0.6 cm reads 5.000000000000001 %.
    on_the_edge = [
        (before / 10, (before - fall) / 10, points)
        for fall, points in LOWER_BAND[measure].items()
        for before in range(fall, 101)
    ]
    assert len(on_the_edge) == 319
    scored = follow_up(score_total_improvement(pairs(f"{measure}_cm", [(a, b) for a, b, _ in on_the_edge])))
    assert scored[f"points_{measure}"].tolist() == [points for *_, points in on_the_edge]


@pytest.mark.parametrize(
    ("column", "gains"),
    [
        ("mmt8_80", {8: 10, 16: 20, 24: 27.5}),
        ("mmt8_150", {3: 0, 15: 10, 30: 20, 45: 27.5}),
        ("mmt26_260", {26: 10, 52: 20, 78: 27.5}),
    ],
)
def test_every_exact_edge_of_muscle_strength_falls_in_the_lower_band(column, gains):
    maximum = int(column.rsplit("_", 1)[1])
    on_the_edge = [
        (before, before + gain, points) for gain, points in gains.items() for before in range(maximum - gain + 1)
    ]
    scored = follow_up(score_total_improvement(pairs(column, [(a, b) for a, b, _ in on_the_edge])))
    assert scored["points_mmt"].tolist() == [points for *_, points in on_the_edge]


def test_every_exact_edge_of_ck_in_hundredths_falls_in_the_lower_band():
    # 15 x ULN: 5, 15, 25, 40 % are 0.75, 2.25, 3.75 and 6 x ULN.
    on_the_edge = [
        (before / 100, (before - fall) / 100, points)
        for fall, points in {75: 0, 225: 2.5, 375: 5, 600: 7.5}.items()
        for before in range(fall, 3000, 7)
    ]
    scored = follow_up(score_total_improvement(pairs("ck_xuln", [(a, b) for a, b, _ in on_the_edge])))
    assert scored["points_enzyme"].tolist() == [points for *_, points in on_the_edge]


# ---------------------------------------- classes


def test_the_classes_of_adults_and_juveniles(read):
    # Built with steps of 2.5: physician global, patient global and MMT give the total that stands in the first column.
    table = read(
        """
        total | PhGA' | PtGA' | MMT' | EM' | adult    | juvenile
        0     | 5     | 5     | 75   | 5   | none     | none
        17.5  | 5     | 3.4   | 75   | 2.9 | none     | none
        20    | 0.9   | 5     | 75   | 5   | minimal  | none
        27.5  | 5     | 5     | 110  | 5   | minimal  | none
        30    | 0.9   | 5     | 80   | 5   | minimal  | minimal
        37.5  | 5     | 0.9   | 110  | 5   | minimal  | minimal
        40    | 0.9   | 5     | 95   | 5   | moderate | minimal
        42.5  | 0.9   | 4     | 95   | 5   | moderate | minimal
        45    | 0.9   | 3     | 95   | 5   | moderate | moderate
        57.5  | 0.9   | 0.9   | 110  | 5   | moderate | moderate
        60    | 0.9   | 5     | 110  | 3   | major    | moderate
        67.5  | 0.9   | 5     | 125  | 2   | major    | moderate
        70    | 0.9   | 4     | 125  | 2   | major    | major
        """
    )
    rows = []
    for number, row in enumerate(table.to_dict("records")):
        then = {NAMES[name[:-1]]: row[name] for name in ("PhGA'", "PtGA'", "MMT'", "EM'")}
        rows += [
            STEADY | {"patient_id": f"{number}", "week": 0},
            STEADY | then | {"patient_id": f"{number}", "week": 12},
        ]
    for population in ("adult", "juvenile"):
        scored = follow_up(score_total_improvement(pd.DataFrame(rows), population=population))
        assert scored["tis"].tolist() == table["total"].tolist()
        assert scored["response"].tolist() == table[population].tolist()
        assert scored["response_certain"].tolist() == [True] * len(table)


def test_a_juvenile_is_scored_on_the_scales_of_children():
    # 52 / 3 / 20 / stated range 40: CMAS +6 = 11.5 %, CHAQ -0.5 = 16.7 %, DAS -4 = 20 %, CHQ-PhS +8 = 20 %.
    visits = pd.DataFrame(
        {
            "patient_id": ["A", "A"],
            "week": [0, 24],
            "physician_global_cm": [6.0, 5.0],
            "patient_global_cm": [6.0, 5.0],
            "cmas_52": [30, 36],
            "chaq": [1.5, 1.0],
            "das_20": [10, 6],
            "chq_phs": [30.0, 38.0],
        }
    )
    scored = follow_up(score_total_improvement(visits, population="juvenile", ranges={"chq_phs": 40}))
    assert as_words(scored, [*POINTS, "tis", "response", "enzyme"]) == [
        ["7.5", "2.5", "20", "7.5", "5", "12.5", "55", "moderate", "chq_phs"]
    ]


# ---------------------------------------- which enzyme, D2


def test_the_most_abnormal_enzyme_at_baseline_is_followed(read):
    table = read(
        """
        at baseline: CK | aldolase | LDH | ALT | AST | followed | by share of its range
        6               |          |     |     | 2.5 | ck       | ast      # 40 % of 15 against 83 % of 3
        1.2             | 3        | 2.5 | 1   | 1   | aldolase | ldh      # 50 % of 6 against 83 % of 3
        2               | 2        | 2   | 2   | 2   | ck       | ldh      # ties: CK, aldolase, LDH, ALT, AST
                        | 2        | 2   | 2   | 2   | aldolase | ldh
        1               | 1        | 1   | 2   | 2   | alt      | alt
        0.3             | 0.2      | 0.1 | 0.2 | 0.4 | ast      | ast      # normal enzymes: still one is followed
                        |          |     |     |     |          |
        """
    ).rename(columns={"at baseline: CK": "CK"})
    enzymes = table[["CK", "aldolase", "LDH", "ALT", "AST"]].rename(columns=NAMES)
    visits = pd.DataFrame({name: [value] * len(table) for name, value in STEADY.items() if name != "ck_xuln"})
    visits = visits.assign(patient_id=[f"{number}" for number in range(len(table))], week=0).join(enzymes)

    for enzyme_by, expected in (("xuln", "followed"), ("range_share", "by share of its range")):
        scored = score_total_improvement(visits, enzyme_by=enzyme_by)
        assert [show(word) for word in scored["enzyme"]] == [show(word) for word in table[expected]]


def test_two_ratios_that_differ_only_in_binary_noise_are_a_tie():
    # 0.3 and 0.1 + 0.2 are the same multiple: the order decides, not the seventeenth digit.
    visits = pd.DataFrame([STEADY | {"patient_id": "A", "week": 0, "ck_xuln": 0.3, "ast_xuln": 0.1 + 0.2}])
    assert score_total_improvement(visits)["enzyme"].tolist() == ["ck"]


def test_the_enzyme_is_chosen_once_and_no_other_takes_its_place(read):
    visits = visits_of(
        read(
            """
            patient | week | PhGA | PtGA | MMT | HAQ | EM | CK  | AST
            A       | 0    | 5    | 5    | 75  | 1.5 | 5  | 8   | 2
            A       | 4    | 5    | 5    | 75  | 1.5 | 5  | 2   | 3     # AST is now the higher: CK is followed
            A       | 8    | 5    | 5    | 75  | 1.5 | 5  |     | 0.5   # CK missing: AST does not take its place
            """
        )
    )
    scored = score_total_improvement(visits)
    assert scored["enzyme"].tolist() == ["ck", "ck", "ck"]
    assert as_words(scored, ["change_enzyme", "points_enzyme", "missing"]) == [
        ["", "", "baseline visit"],
        ["40", "7.5", ""],
        ["", "", "CK not recorded at this visit"],
    ]


def test_an_enzyme_can_be_left_out_before_the_choice():
    visits = pairs("ast_xuln", [(3.0, 1.5)], ck_xuln=10.0)
    scored = follow_up(score_total_improvement(visits, enzymes=["ast"]))
    assert as_words(scored, ["enzyme", "change_enzyme"]) == [["ast", "50"]]


def test_a_range_can_be_stated():
    visits = pairs("ck_xuln", [(10.0, 8.0)])  # 2 of 15 is 13.3 %, 2 of 10 is 20 %
    assert follow_up(score_total_improvement(visits))["points_enzyme"].tolist() == [2.5]
    assert follow_up(score_total_improvement(visits, ranges={"ck_xuln": 10}))["points_enzyme"].tolist() == [5.0]


# ---------------------------------------- what is missing, D3


def test_what_is_missing_is_named_and_bounds_are_given(read):
    # A at 52: 25, and from 6 cm at most 60 % (20 points), from MMT-8 120 at most exactly 20 % (20 points).
    table = read(
        """
        patient | week | PhGA | PtGA | MMT | HAQ | CK | EM | TIS  | min  | max  | class    | certain | missing
        A       | 0    | 6    | 5    | 120 | 1.5 | 8  | 3  |      |      |      |          |         | baseline visit
        A       | 12   | 3.4  | 4    | 135 | 1   | 3  | 2  | 52.5 | 52.5 | 52.5 | moderate | True    |
        A       | 26   | 3.4  | 4    | 135 | 1   |    | 2  |      | 45   | 52.5 | moderate | True    | CK not recorded at this visit
        A       | 52   |      | 4    |     | 1   | 3  | 2  |      | 25   | 65   |          | False   | physician global activity not recorded at this visit; MMT-8 (of 150) not recorded at this visit
        B       | -2   | 6    | 5    | 120 | 1.5 | 8  | 3  |      |      |      |          |         | visit before the baseline at week 0
        B       | 0    | 6    | 5    | 120 |     |    |    |      |      |      |          |         | baseline visit
        B       | 12   | 6    | 5    | 120 |     | 3  | 2  |      | 0    | 37.5 |          | False   | HAQ-DI not recorded at baseline or at this visit; CK not recorded at baseline; extramuscular activity not recorded at baseline
        C       | -1   | 6    | 5    | 120 | 1.5 | 8  | 3  |      |      |      |          |         | no visit at week 0 to compare with
        C       | 12   | 3.4  | 4    | 135 | 1   | 3  | 2  |      | 0    | 100  |          | False   | no visit at week 0 to compare with
        """  # noqa: E501 - a table is read in rows
    )
    scored = score_total_improvement(visits_of(table.iloc[:, :8]))
    found = as_words(scored, ["tis", "tis_min", "tis_max", "response", "response_certain", "missing"])
    assert found == as_words(table, ["TIS", "min", "max", "class", "certain", "missing"])


@pytest.mark.parametrize(
    ("measure", "before", "now", "most"),
    [
        ("physician_global_cm", 0.3, None, 0),  # at most 3 %
        ("physician_global_cm", 0.5, None, 0),  # exactly 5 %
        ("physician_global_cm", 0.6, None, 7.5),
        ("physician_global_cm", 4.0, None, 17.5),  # exactly 40 %
        ("physician_global_cm", 4.1, None, 20),
        ("physician_global_cm", None, 9.6, 0),  # from 10 at most
        ("physician_global_cm", None, 9.4, 7.5),
        ("physician_global_cm", None, 0.0, 20),
        ("physician_global_cm", None, None, 20),
        ("patient_global_cm", 2.5, None, 5),  # exactly 25 %
        ("patient_global_cm", None, 10.0, 0),
        ("mmt8_150", 150, None, 0),
        ("mmt8_150", 147, None, 0),  # exactly 2 %
        ("mmt8_150", 146, None, 10),
        ("mmt8_150", None, 3, 0),
        ("mmt8_150", None, 4, 10),
        ("mmt8_150", None, 150, 32.5),
        ("haq_di", 0.125, None, 0),  # 4.2 %
        ("haq_di", 0.25, None, 5),
        ("haq_di", None, 3.0, 0),
        ("haq_di", None, 1.75, 10),  # 41.7 % from 3
        ("ck_xuln", 0.7, None, 0),  # 4.7 % of 15
        ("ck_xuln", 1.0, None, 2.5),
        ("ck_xuln", 80.0, None, 7.5),
        ("ck_xuln", None, 1.0, 7.5),  # there is no highest CK
        ("extramuscular_cm", 0.0, None, 0),
        ("extramuscular_cm", 3.0, None, 15),
        ("extramuscular_cm", None, 7.5, 12.5),  # exactly 25 % from 10
    ],
)
def test_a_missing_measure_earns_at_most_what_the_other_visit_leaves_open(measure, before, now, most):
    scored = follow_up(score_total_improvement(pairs(measure, [(before, now)])))
    assert scored[["tis_min", "tis_max"]].to_numpy().tolist() == [[0, most]]
    assert scored["tis"].tolist() == [0] if most == 0 else scored["tis"].isna().all()
    assert scored["missing"].iloc[0].endswith(" (0 points whatever it was)") == (most == 0)


@pytest.mark.parametrize(("before", "most"), [(10.0, 7.5), (0.7, 0), (1.3, 2.5)])
def test_the_enzyme_that_is_followed_bounds_its_points_by_its_own_range(before, most):
    """AST 0.7 of 3 would be 23 %, but CK is followed."""
    visits = pairs("ck_xuln", [(before, None)], ast_xuln=0.6)
    assert follow_up(score_total_improvement(visits))["tis_max"].tolist() == [most]
    ast = pairs("ast_xuln", [(0.7, None)], ck_xuln=0.6)
    assert follow_up(score_total_improvement(ast))["tis_max"].tolist() == [5]


def test_a_range_that_is_stated_bounds_too_and_a_scale_without_ends_does_not():
    visits = pairs("ck_xuln", [(0.7, None)])
    assert follow_up(score_total_improvement(visits, ranges={"ck_xuln": 2}))["tis_max"].tolist() == [7.5]  # 35 %
    juvenile = pairs("chq_phs", [(54.0, None)])
    scored = score_total_improvement(juvenile, population="juvenile", enzymes=["chq_phs"], ranges={"chq_phs": 60})
    assert follow_up(scored)["tis_max"].tolist() == [7.5]


def test_without_any_enzyme_at_baseline_the_enzyme_is_what_is_missing():
    visits = pairs("ast_xuln", [(None, 1.0)], ck_xuln=None)
    scored = follow_up(score_total_improvement(visits))
    assert scored["missing"].tolist() == ["muscle enzyme not recorded at baseline"]
    assert as_words(scored, ["enzyme", "tis_min", "tis_max"]) == [["", "0", "7.5"]]


def test_the_baseline_visit_and_those_before_it_have_nothing_but_a_reason():
    visits = pd.DataFrame([STEADY | {"patient_id": "A", "week": week} for week in (-4, 0)])
    scored = score_total_improvement(visits)
    empty = ["tis", "tis_min", "tis_max", "response", "response_certain", *POINTS]
    empty += [name.replace("points_", "change_") for name in POINTS]
    assert scored[empty].isna().all().all()
    assert scored["enzyme"].tolist() == ["ck", "ck"]


def test_another_week_can_be_the_baseline():
    visits = pairs("physician_global_cm", [(8.0, 3.9)]).assign(week=[4, 16])
    scored = score_total_improvement(visits, baseline_week=4)
    assert as_words(scored, ["tis", "missing"]) == [["", "baseline visit"], ["20", ""]]
    assert score_total_improvement(visits)["missing"].tolist() == ["no visit at week 0 to compare with"] * 2
