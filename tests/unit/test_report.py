"""Reports: what stands in them is what the library says, nothing of a patient slips in, and they open alone."""

import re
from datetime import date
from html.parser import HTMLParser

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import NotFoundError, OptionError
from myositis_tools.exchange.describe.provenance import fingerprint
from myositis_tools.report import Report, ReportPicture, ReportSection, ReportTable, printing
from tests.spec.eligible import ELIGIBLE, changed, screening_of

DAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def cohort() -> Report:
    return mt.report_cohort(mt.load_screening(), mt.load_visits(), made_on=DAY)


@pytest.fixture(scope="module")
def page(cohort) -> str:
    """The whole page of the cohort, made once: it holds plotly itself."""
    return cohort.html


@pytest.fixture(scope="module")
def masked() -> Report:
    return mt.report_cohort(mt.load_screening(), mt.load_visits(), mask_below=5, made_on=DAY)


@pytest.fixture(scope="module")
def screening() -> pd.DataFrame:
    return mt.load_screening().merge(mt.load_patients()[["patient_id", "weight_kg"]], on="patient_id")


@pytest.fixture(scope="module")
def named(screening) -> Report:
    """A patient of whom everything is known, with her identifier."""
    tables = {"screening": screening, "visits": mt.load_visits(), "medications": mt.load_medications()}
    return mt.report_patient("P051", **tables, identifiers=True)


def table_of(report: Report, caption: str) -> pd.DataFrame:
    tables = [one for section in report.sections for one in section.shown if isinstance(one, ReportTable)]
    [found] = [one.frame for one in tables if one.caption.startswith(caption)]
    return found


def pictures_of(report: Report) -> list[ReportPicture]:
    return [one for section in report.sections for one in section.shown if isinstance(one, ReportPicture)]


class Page(HTMLParser):
    """What a reader's software sees of a page: headings in their order, pictures with words, addresses asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.pictures: list[str] = []
        self.addresses: list[str] = []
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.language = given.get("lang", self.language) if tag == "html" else self.language
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        if given.get("role") == "img":
            self.pictures.append(given.get("aria-label") or "")
        self.addresses += [value for name, value in attributes if name in ("src", "href") and value]


def test_the_flow_is_that_of_the_library(cohort):
    flow = table_of(cohort, "The criteria in order")
    expected = mt.attrition(mt.TIME_IS_MUSCLE, mt.load_screening())
    assert flow["After"].tolist() == expected["remaining_after"].tolist()
    assert flow["Unknown"].tolist() == expected["unknown"].tolist()
    assert cohort.headline.startswith("Of 300 screened: 75 fit, 24 are undecided, 201 do not fit.")


def test_every_patient_with_an_arm_is_in_a_class_or_said_not_to_be_seen(cohort):
    classes = table_of(cohort, "Patients in each response category").set_index(["Arm", "Week"]).astype(int)
    assert (classes.sum(axis=1) == 24).all()
    responders = mt.compare_responders(mt.load_visits(), 12, method="newcombe").query("estimate == 'responders'")
    certain = classes.xs("12", level="Week")
    assert certain[["moderate", "major"]].sum(axis=1).to_dict() == {"IVIg": 14, "placebo": 7}
    # one whose class is not certain is a moderate responder at the least
    assert responders.set_index("arm")["responders"].to_dict() == {"IVIg": 15, "placebo": 7}
    compared = table_of(cohort, "Groups compared").set_index("Estimate")
    difference = (
        mt.compare_responders(mt.load_visits(), 12, method="newcombe").query("estimate == 'difference'").iloc[0]
    )
    assert compared.loc["Difference of responders (moderate)", ["Value", "95 % from", "to"]].tolist() == [
        round(difference[name], 1) for name in ("value", "low", "high")
    ]


def test_each_difference_stands_beside_its_own_patients(cohort):
    described = table_of(cohort, "Numbers are the median").set_index("Characteristic")
    mix = mt.case_mix(mt.TIME_IS_MUSCLE, mt.load_screening()).fillna({"difference": 0})
    shown = mix[mix[["kept", "left_out", "undecided"]].any(axis=1)]
    assert len(shown) < len(mix)  # rows of nobody are not shown
    assert described["Standardised difference"].fillna(0).tolist() == shown["difference"].round(2).tolist()
    polymyositis = mix.set_index("level").loc["polymyositis"]
    assert described.loc["subtype – polymyositis", "Fits"].startswith(f"{polymyositis['kept']} (")
    assert described.loc["subtype – polymyositis", "Standardised difference"] == round(polymyositis["difference"], 2)


def test_the_methods_are_those_that_were_used(cohort, masked):
    said = " ".join(sentence for section in cohort.sections for sentence in section.sentences)
    assert "IVIg was compared with placebo" in said
    assert "Newcombe" in said
    assert "Wald" not in said
    assert "compared with placebo" not in masked.html


def test_the_page_opens_alone_and_is_said_in_words_too(cohort, page):
    read = Page(page)
    assert read.language == "en"
    assert read.headings[0] == "h1"
    assert set(read.headings[1:]) == {"h2"}
    assert read.addresses == []
    assert len(read.pictures) == len(pictures_of(cohort)) == 3
    assert "75 fit" in read.pictures[0]
    assert "placebo: median" in read.pictures[1]
    assert "default-src 'none'" in page  # the page itself forbids that anything is fetched
    assert page.count("plotly.js v") == 1  # the program stands in the page once
    assert "for research and teaching, not for care" in page.lower()


def test_what_it_stands_on_is_said(cohort, page):
    assert "NCT05832034" in page
    assert "borrowed from the pilot" in page
    doubts = table_of(cohort, "Numbers not read").set_index("What")["Evidence"]
    assert doubts["range of aldolase in the score"] == "not verified"
    assert cohort.made["Made on"] == "2026-11-25"
    assert fingerprint(mt.load_visits()) in cohort.made["Table visits"]
    assert mt.__version__ in cohort.made["Package"]
    again = mt.report_cohort(mt.load_screening(), mt.load_visits(), made_on=DAY)
    assert again.html == page


def test_no_patient_stands_in_the_report_of_a_cohort(page):
    written = set(re.findall('(?<=[>"])[^<>"]+(?=[<"])', page))  # between tags, and in quotes
    assert "Early disease" in written
    assert set(mt.load_patients()["patient_id"]) & written == set()


def test_what_would_show_or_tell_small_counts_is_left_out(masked):
    assert pictures_of(masked) == []  # they would show them
    assert "Counts from 1 to 4 are hidden" in masked.html
    assert "were seen" not in masked.html  # 46 of 48
    assert " rows" not in masked.made["Table visits"]  # how many visits there are
    assert list(table_of(masked, "The criteria in order")) == [
        *("Criterion", "Kind", "Before", "Excluded or unknown", "After")
    ]
    assert table_of(masked, "MMT-8").shape[1] == 3
    compared = table_of(masked, "Groups compared")
    assert "Patients" not in compared
    assert compared["Estimate"].tolist() == ["Mean difference"]  # a class of that visit is hidden
    classes = table_of(masked, "Patients in each response category")
    assert classes.loc[classes["Week"] == "12"].eq("hidden").any(axis=None)


def test_the_quartiles_of_a_masked_course_are_values_that_somebody_has(cohort, masked):
    """How far one lies between two values told how many there are, and so who has no certain class."""
    scored = mt.score_total_improvement(mt.load_visits())
    known = {f"{value:.3g}" for value in scored["tis"].dropna()}
    for cell in table_of(masked, "Total Improvement Score")["Median (quartiles)"]:
        assert set(re.findall(r"[\d.]+", cell)) <= known
    assert pictures_of(cohort)


def test_one_of_the_tables_is_enough_and_none_is_not():
    assert "followed" not in mt.report_cohort(mt.load_screening()).headline
    visits = mt.load_visits().drop(columns="arm")
    report = mt.report_cohort(visits=visits)
    assert report.title == "Disease activity and response"
    assert "Groups are not compared" in report.html
    with pytest.raises(OptionError, match="nothing to report"):
        mt.report_cohort()
    with pytest.raises(OptionError, match="mask_below"):
        mt.report_cohort(mt.load_screening(), mask_below=0)


def test_the_card_of_a_patient_is_what_the_protocol_says(screening):
    report = mt.report_patient("P017", screening=screening, identifiers=True)
    checks = mt.TIME_IS_MUSCLE.check(screening[screening["patient_id"] == "P017"])
    card = table_of(report, "All criteria")
    assert card["Reason"].tolist() == checks["reason"].tolist()
    assert card["Answer"].str.contains("excluded|not excluded|unknown").sum() >= (checks["kind"] == "exclusion").sum()
    assert report.title == "Patient P017"


def test_verdicts_are_said_by_sign_and_word():
    report = mt.report_patient("P000", screening=screening_of([changed("pregnant yes, age_years ?")]))
    card = table_of(report, "All criteria").set_index("Criterion")["Answer"]
    assert card["Adult"] == "? unknown"
    assert card["Pregnancy"] == "✕ excluded"
    assert card["Thrombosis"] == "● not excluded"


def test_the_receipt_is_that_of_the_library():
    report = mt.report_patient("P184", visits=mt.load_visits(), week=12)
    receipt = mt.explain_total_improvement(mt.load_visits(), "P184", 12)
    told = table_of(report, "Measure by measure")
    pd.testing.assert_series_equal(told["Points"], receipt["points"], check_names=False)
    assert report.headline == "Week 12: a score between 80 and 92.5, major response."
    last = mt.report_patient("P184", visits=mt.load_visits())
    assert last.headline.startswith("Week 52: a score of ")
    words = pictures_of(report)[0].words
    assert "Extramuscular activity: extramuscular activity not recorded at this visit." in words


def test_an_identifier_stands_in_a_report_only_if_it_is_asked_for(screening, named):
    tables = {"screening": screening, "visits": mt.load_visits(), "medications": mt.load_medications()}
    assert "P051" not in mt.report_patient("P051", **tables).html
    written = named.html
    assert "P051" in written
    born = mt.load_patients().set_index("patient_id").loc["P051", "birth_date"]
    assert born.date().isoformat() not in written


def test_a_patient_without_medication_or_follow_up_is_told_so(screening):
    taken = mt.load_medications()
    report = mt.report_patient("P051", screening=screening, medications=taken[taken["patient_id"] != "P051"])
    assert "No medication is recorded for this patient." in report.html
    visits = mt.load_visits()
    alone = mt.report_patient("P001", visits=visits[visits["week"] == 0])
    assert alone.headline == "There is no visit after baseline, so there is no score."


def test_nobody_of_that_name(screening):
    with pytest.raises(NotFoundError, match="P999"):
        mt.report_patient("P999", screening=screening)
    with pytest.raises(OptionError, match="nothing to report"):
        mt.report_patient("P001")
    with pytest.raises(OptionError, match="day of screening"):
        mt.report_patient("P001", visits=mt.load_visits(), medications=mt.load_medications())


def test_text_from_a_file_is_text():
    hostile = "<script>alert(1)</script>"
    table = pd.DataFrame([ELIGIBLE | {"patient_id": hostile, "antibody": hostile}])
    for report in (mt.report_patient(hostile, screening=table, identifiers=True), mt.report_cohort(table)):
        assert hostile not in report.html.replace("\\u003c", "")
        assert "&lt;script&gt;" in report.html
    own = Report(
        "<b>t</b>",
        "&",
        (ReportSection("<i>", ("<u>",), (ReportTable("<c>", pd.DataFrame({"<h>": ["<d>"]})),)),),
        {"<k>": "<v>"},
    )
    assert not re.search("<(b|i|u|c|h|d|k|v)>", own.html)


def test_a_cell_is_written_as_a_person_would():
    frame = pd.DataFrame({"a": [-1.5, None], "b": [True, None], "c": [pd.Timestamp("2026-03-31"), pd.NaT]})
    table = ReportTable("", frame, unbroken=("b",))
    assert "<th scope='row' class='number'>−1.5</th><td class='unbroken'>yes</td><td>2026-03-31</td>" in table.html
    assert "<th scope='row' class='number'></th><td class='unbroken'></td><td></td>" in table.html


def test_it_is_saved_whole_or_not_at_all(cohort, page, tmp_path, monkeypatch):
    file = tmp_path / "report.html"
    file.write_text("what was there")
    assert cohort.save(file) == file
    assert file.read_text(encoding="utf-8") == page
    with pytest.raises(OptionError, match="suffix"):
        cohort.save(tmp_path / "report.docx")
    monkeypatch.setattr(printing, "_browser", lambda: None)
    printed = tmp_path / "report.pdf"
    printed.write_text("what was there")
    with pytest.raises(OptionError, match="no Chromium"):
        cohort.save(printed)
    assert printed.read_text() == "what was there"
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "report.pdf"}
    monkeypatch.setattr(printing, "_browser", lambda: "/no/such/browser")
    with pytest.raises(OptionError, match="made no PDF"):
        cohort.save(printed)


def test_the_callers_tables_are_not_changed(screening):
    visits, before = mt.load_visits(), (mt.load_visits(), screening.copy())
    mt.report_patient("P184", screening=screening, visits=visits)
    pd.testing.assert_frame_equal(visits, before[0])
    pd.testing.assert_frame_equal(screening, before[1])
