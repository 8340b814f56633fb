"""`myositis-tools report`: the report of the library, from a site's files."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import myositis_tools as mt
from myositis_tools import cli

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    for name in ("patients", "visits", "medications", "events"):
        shutil.copy(SAMPLE / f"{name}.csv", folder)
    return folder


def run(site, out, *more):
    files = [word for name in ("visits", "medications", "events") for word in (f"--{name}", str(site / f"{name}.csv"))]
    arguments = ["report", str(site / "patients.csv"), "--out", str(out), *files, *map(str, more)]
    return CliRunner().invoke(cli.make_commands(), arguments)


def test_the_report_of_a_cohort_is_that_of_the_library(site, tmp_path):
    result = run(site, tmp_path / "cohort.html")
    assert result.exit_code == 0, result.output
    written = (tmp_path / "cohort.html").read_text(encoding="utf-8")
    expected = mt.report_cohort(mt.load_screening(), mt.load_visits(), made_on=date.today())
    assert expected.headline in result.output
    for section in expected.sections:
        assert f"<h2>{section.heading}</h2>" in written
    of_criteria = expected.sections[0].shown[1]
    assert of_criteria.html in written
    assert of_criteria.html.count("<tr>") > 16


def test_a_patient_is_named_only_if_asked(site, tmp_path):
    assert run(site, tmp_path / "one.html", "--patient", "P184", "--week", 12).exit_code == 0
    assert "P184" not in (tmp_path / "one.html").read_text(encoding="utf-8")
    assert run(site, tmp_path / "two.html", "--patient", "P184", "--identifiers").exit_code == 0
    assert "Patient P184" in (tmp_path / "two.html").read_text(encoding="utf-8")


def test_visits_alone_are_enough_and_nothing_is_not(site, tmp_path):
    alone = ["report", "--visits", str(site / "visits.csv"), "--out", str(tmp_path / "v.html"), "--mask-below", "3"]
    result = CliRunner().invoke(cli.make_commands(), alone)
    assert result.exit_code == 0, result.output
    assert "<td>hidden</td>" in (tmp_path / "v.html").read_text(encoding="utf-8")
    nothing = CliRunner().invoke(cli.make_commands(), ["report", "--out", str(tmp_path / "n.html")])
    assert nothing.exit_code == 2
    assert "Patients, visits, or both are needed" in nothing.output


def test_problems_are_listed_and_nothing_is_written(site, tmp_path):
    wrong = pd.read_csv(site / "visits.csv", dtype="object")
    wrong.loc[3, "physician_global_cm"] = "47"
    wrong.to_csv(tmp_path / "visits.csv", index=False)
    shutil.copy(site / "patients.csv", tmp_path)
    arguments = ["report", str(tmp_path / "patients.csv"), "--visits", str(tmp_path / "visits.csv")]
    result = CliRunner().invoke(cli.make_commands(), [*arguments, "--out", str(tmp_path / "r.html")])
    assert result.exit_code == 1
    assert "physician_global_cm" in result.output
    assert "Nothing was written" in result.output
    assert not (tmp_path / "r.html").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--patient", "P999"), "no patient"),
        (("--protocol", "nothing"), "protocol"),
        (("--week", "13"), "no visit at week 13"),
    ],
)
def test_wrong_usage_is_status_2(site, tmp_path, more, words):
    result = run(site, tmp_path / "r.html", *more)
    assert result.exit_code == 2
    assert words in " ".join(result.output.replace("│", " ").split())
    assert not (tmp_path / "r.html").exists()


def test_help_has_an_example():
    result = CliRunner().invoke(cli.make_commands(), ["report", "--help"])
    assert "Example: myositis-tools report" in result.output


def test_a_card_is_one_patient_on_one_page_without_her_name(site, tmp_path):
    out = tmp_path / "card.html"
    result = run(site, out, "--patient", "P084", "--card")
    assert result.exit_code == 0, result.output
    page = out.read_text(encoding="utf-8")
    assert "Severe weakness" in page
    assert "P084" not in page
    assert run(site, out, "--patient", "P084", "--card", "--identifiers").exit_code == 0
    assert "P084" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--card"], "add --patient"),
        (["--patient", "P084", "--card", "--week", "12"], "leave --week out"),
        (["--patient", "P084", "--card", "--paper", "A5"], "A5"),
    ],
)
def test_what_a_card_cannot_be_is_wrong_usage(site, tmp_path, words, said):
    result = run(site, tmp_path / "card.html", *words)
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "card.html").exists()
