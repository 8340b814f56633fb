"""The card: what decides and what is missing stand on it, nobody is named unasked, and it prints on one page."""

import re
from datetime import date
from html.parser import HTMLParser

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.criteria import Records
from myositis_tools.errors import NotFoundError, OptionError
from myositis_tools.report import PatientCard
from myositis_tools.report.card_parts import CardLine, fitting, line
from myositis_tools.report.card_score import visits_of
from myositis_tools.scores.options import ScoreOptions

DAY = date(2026, 11, 25)
HURTFUL = "<script>alert('A & B')</script>"


@pytest.fixture(scope="module")
def screening() -> pd.DataFrame:
    return mt.load_screening()


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    return mt.load_visits()


def card_of(patient_id: str, screening: object, visits: object, **options: object) -> PatientCard:
    return mt.patient_card(patient_id, screening=screening, visits=visits, made_on=DAY, **options)


def section(card: PatientCard, beginning: str) -> str:
    """What a section says, its lines one after another."""
    [found] = [one for one in card.sections if one.heading.startswith(beginning)]
    return "\n".join(f"{one.sign} {one.name} {one.words}".strip() for one in found.lines)


class Words(HTMLParser):
    """What is read on a page, and what was made of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.read: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.read.append(data)


def test_a_patient_who_does_not_fit_is_told_why_and_no_more(screening, visits):
    card = card_of("P084", screening, visits)
    assert card.headlines[0] == "✕ Does not fit: TIME IS MUSCLE: Add-on Intravenous Immunoglobulins in Early Myositis."
    assert section(card, "Criteria that exclude") == (
        "✕ Severe weakness: excluded: FVC 49.9 % of predicted, below 50 %\n"
        "The other 15 of 16 criteria do not exclude the patient."
    )
    assert "No missing value can change" in section(card, "What is missing")
    assert "Pregnancy" not in card.body


def test_a_patient_who_fits_and_has_a_score(screening, visits):
    card = card_of("P184", screening, visits)
    assert card.headlines[0].startswith("● Fits: TIME IS MUSCLE")
    assert card.headlines[1] == "Week 52: a score of 87.5, major response."
    assert section(card, "Criteria") == "None of the 16 criteria excludes the patient, and none is undecided."
    assert section(card, "Treatment").splitlines() == [
        "Prednisone: 2.5 mg/day at week 52, 5 lower than at week 26 (7.5), 67.5 lower than at week 0 (70).",
        "Infusions: at week 0, 4, 8.",
    ]
    assert section(card, "What is missing") == "Nothing that the decision or the last score needs."
    receipt = mt.explain_total_improvement(visits, "P184", 52)
    [score] = [one for one in card.sections if one.heading.startswith("Total Improvement Score")]
    for row in receipt.itertuples():
        assert f"{row.points:g} of {row.points_possible:g}</td>" in score.table
    assert "87.5 of 100</td>" in score.table


def test_a_patient_who_is_undecided_is_told_what_would_decide(screening, visits):
    card = card_of("P030", screening, visits)
    assert card.headlines[0].startswith("? Undecided: ")
    assert "? Pregnancy: unknown: sex female; trying to conceive not recorded" in section(card, "Criteria that exclude")
    assert "One value would decide, whatever it is: trying to conceive." in section(card, "What is missing")
    several = section(card_of("P104", screening, visits), "What is missing")
    assert several.startswith("One value could decide: loop diuretic in use, nephrotoxic medication in use")


def test_points_that_are_not_known_are_bounds(screening, visits):
    early = visits[visits["week"] <= 12]
    card = card_of("P184", screening, early)
    assert card.headlines[1] == "Week 12: a score between 80 and 92.5, major response."
    said = "Score: extramuscular activity not recorded at this visit (up to 12.5 points)."
    assert said in section(card, "What is missing")
    assert "80 to 92.5 of 100</td>" in card.body
    assert "aria-label='between 80 and 92.5 points of 100'" in card.body


def test_the_course_has_the_scale_of_each_measure_and_marks_what_is_missing(screening, visits):
    gone = visits[~((visits["patient_id"] == "P184") & (visits["week"] == 26))]
    card = card_of("P184", screening, gone)
    assert card.body.count("<figure>") == 7  # six measures and prednisone
    mmt = re.search(r"MMT-8 \(of 150\).*?</svg>", card.body)[0]
    assert {"0", "150", "90", "147"} <= set(re.findall(r">([\d.]+)</text>", mmt))
    assert "class='zone'" in mmt
    assert ">×</text>" in mmt
    assert mmt.count("<polyline") == 2  # no line over a visit that did not take place
    extramuscular = re.search(r"Extramuscular activity.*?</svg>", card.body)[0]
    assert ">◇</text>" in extramuscular
    assert "No visit at week: 26." in section(card, "What is missing")


@pytest.mark.parametrize("kept", [0, 1])
def test_one_value_alone_is_said_once(visits, kept):
    own = visits[visits["patient_id"] == "P184"].iloc[kept : kept + 1]
    assert own["physician_global_cm"].notna().all()
    words = re.search("aria-label='(Physician[^']*)'", mt.patient_card("P184", visits=own).body)[1]
    assert words.count("at week") == 1


def test_tables_that_lack_the_patient_are_said_to(screening, visits):
    never_seen = card_of("P084", screening, visits[visits["patient_id"] != "P084"])
    assert never_seen.headlines[1] == "No visit is recorded for this patient."
    never_screened = card_of("P184", screening[screening["patient_id"] != "P184"], visits)
    assert "The screening table has no row for this patient" in section(never_screened, "Criteria")
    assert never_screened.headlines == ("Week 52: a score of 87.5, major response.",)
    assert "No visits were given." in mt.patient_card("P084", screening=screening).headlines
    assert "No screening table was given" in section(mt.patient_card("P184", visits=visits), "Criteria")
    with pytest.raises(NotFoundError, match="no patient 'P999'"):
        card_of("P999", screening, visits)
    with pytest.raises(OptionError, match="nothing to show"):
        mt.patient_card("P184")
    with pytest.raises(OptionError, match="no day of screening"):
        mt.patient_card("P184", visits=visits, medications=mt.load_medications())


def test_visits_that_cannot_be_scored_are_drawn_all_the_same(visits):
    card = mt.patient_card("P184", visits=visits[["patient_id", "week", "haq_di"]])
    assert "No score: The visits table has no column for muscle strength" in card.headlines[0]
    assert "HAQ-DI" in card.body
    assert card.body.count("Not in the table.") == 6
    assert section(card, "Treatment") == "Prednisone: not in the table of visits."


def test_records_say_what_their_screening_table_says_and_which_drugs_are_in_use(screening, visits):
    tables = {"visits": visits, "medications": mt.load_medications(), "events": mt.load_events()}
    records = Records(mt.load_patients(), **tables)
    for name in ("P184", "P084", "P204"):
        of_records, of_table = card_of(name, records, None), card_of(name, screening, visits)
        assert of_records.headlines == of_table.headlines
        assert section(of_records, "Criteria") == section(of_table, "Criteria")
    in_use = [one for one in section(of_records, "Treatment").splitlines() if one.startswith("In use")]
    assert in_use == [
        "In use at screening: enalapril 20 mg/day, omeprazole 20 mg/day, acetylsalicylic acid 80 mg/day, "
        "prednisone 20 mg/day, methotrexate 2.86 mg/day."
    ]


def test_nobody_is_named_unless_asked(screening, visits):
    records = Records(mt.load_patients(), visits=visits, medications=mt.load_medications())
    for source in (screening, records):
        assert "P184" not in card_of("P184", source, visits).html
    named = card_of("P184", screening, visits, identifiers=True)
    assert named.title == "Patient P184"
    births = mt.load_patients().set_index("patient_id").loc["P184"]
    assert not [one for one in births if isinstance(one, pd.Timestamp) and f"{one:%Y-%m-%d}" in named.html]


def test_what_a_file_says_is_escaped(screening, visits):
    patient, protocol = f"{HURTFUL} 1", mt.TIME_IS_MUSCLE
    own = screening[screening["patient_id"] == "P084"].assign(patient_id=patient)
    seen = visits[visits["patient_id"] == "P184"].assign(patient_id=patient)
    drugs = mt.load_medications().head(1).assign(patient_id=patient, drug=HURTFUL, start_date=None, stop_date=None)
    weighed = own.assign(weight_kg=70.0)
    card = mt.patient_card(patient, screening=weighed, visits=seen, medications=drugs, identifiers=True)
    page = Words(card.html)
    assert "script" not in page.tags
    assert HURTFUL in "".join(page.read)
    assert "alert" not in re.sub("&lt;script.*?/script&gt;", "", card.html)
    assert protocol.title in "".join(page.read)


def test_the_page_needs_no_network_and_says_what_it_is(screening, visits):
    card = card_of("P184", screening, visits)
    page = Words(card.html)
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert page.tags.count("h1") == 1
    assert "default-src 'none'" in card.html
    words = "".join(page.read)
    assert "For research and teaching, not for care." in words
    assert "Made on: 2026-11-25" in words
    assert "NCT05832034" in words
    assert "size:" not in card.html.partition("@page")[2].partition("}")[0]  # a browser has its own paper


def test_what_does_not_fit_is_counted():
    lines = [CardLine("short", f"criterion {number}:") for number in range(12)]
    assert fitting(lines, 12) == tuple(lines)
    kept = fitting(lines, 6)
    assert [one.words for one in kept[:-1]] == ["short"] * 5
    assert kept[-1].words == "and 7 more."
    long = line("w" * 5000, "n" * 5000)
    assert long.height <= 4
    assert long.words.endswith("…")


def test_a_paper_that_is_not_known(visits):
    with pytest.raises(OptionError, match="'A4', 'Letter'"):
        mt.patient_card("P184", visits=visits, paper="A5")


def test_no_table_no_course():
    assert visits_of(None, None, ScoreOptions()).headline == "No visits were given."
