"""Three workbooks as a centre keeps them: two commands to decisions, scores, a picture and a report."""

import re

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import myositis_tools as mt
from myositis_tools import cli
from tests.exchange.centre_workbooks import cohort, long_workbook, sheet_a_visit, wide_workbook


def run(*words):
    return CliRunner().invoke(cli.make_commands(), [str(word) for word in words])


@pytest.fixture(params=[long_workbook, wide_workbook, sheet_a_visit])
def ours(request, tmp_path):
    return request.param(tmp_path / "ours.xlsx")


def test_two_commands_lead_to_decisions_scores_a_picture_and_a_report(ours, tmp_path):
    toml, page, tables = tmp_path / "ours.toml", tmp_path / "report.html", tmp_path / "results.xlsx"
    suggested = run("convert", ours, "--suggest", toml)
    assert suggested.exit_code == 0, suggested.output
    reported = run("report", ours, "--mapping", toml, "--out", page, "--tables", tables)
    assert reported.exit_code == 0, reported.output
    patients, visits = cohort()
    screening = mt.derive_screening(patients, visits=visits)
    found = pd.read_excel(tables, sheet_name=None)
    assert found["decisions"]["decision"].tolist() == mt.TIME_IS_MUSCLE.decide(screening)["decision"].tolist()
    expected = mt.score_total_improvement(visits)
    scored = found["scored"].sort_values(["patient_id", "week"], key=lambda cells: cells.map(_number))
    assert scored["tis"].round(6).fillna(-1).tolist() == expected["tis"].round(6).fillna(-1).tolist()
    assert not any(str(cell).startswith("P0") for cell in found["scored"]["patient_id"])
    assert "birth_date" not in found["screening"]
    text = page.read_text(encoding="utf-8")
    assert "Missing values that would decide" in text
    assert "plotly" in text
    assert "are recorded in no patient" in reported.output
    assert "14 would fit" in reported.output


def _number(cell):
    return int(re.sub(r"\D", "", str(cell)) or 0)


def test_every_command_reads_it_by_the_same_mapping_and_names_sheet_and_line(ours, tmp_path):
    toml = tmp_path / "ours.toml"
    assert run("convert", ours, "--suggest", toml).exit_code == 0
    assert "visits: 0 errors, 0 warnings." in run("check", ours, "--mapping", toml).output
    for words in (["score"], ["screen"], ["convert"]):
        result = run(*words, ours, "--mapping", toml, "--out", tmp_path / f"{words[0]}.xlsx")
        assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(ours)
    sheet = book.worksheets[-1] if "Legenda" not in book.sheetnames else book.worksheets[0]
    place = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("HAQ"))
    first = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "P011")
    sheet.cell(first.row, place.column).value = "drie"
    book.save(ours)
    for words in (["check"], ["score", "--out", "s.csv"], ["screen", "--out", "s.csv"], ["report", "--out", "r.html"]):
        said = run(words[0], ours, "--mapping", toml, *words[1:]).output
        line = next(line for line in said.splitlines() if "'drie'" in line)
        assert f"line {first.row}, patient P011, haq_di 'drie': not a number" in line
        assert ("sheet " in line) == ("Week 4" in book.sheetnames)


def test_an_option_beside_a_mapping_counts(tmp_path):
    path, toml = tmp_path / "visits.csv", tmp_path / "ours.toml"
    path.write_text("Patient;Week;Datum bezoek;HAQ\nA;0;01-02-2024;1,5\nA;12;13-05-2024;x\n")
    toml.write_text(
        'kind = "visits"\n'
        + "".join(
            f'[[columns]]\nheading = "{heading}"\ncolumn = "{column}"\n'
            for heading, column in (
                ("Patient", "patient_id"),
                ("Week", "week"),
                ("Datum bezoek", "visit_date"),
                ("HAQ", "haq_di"),
            )
        )
    )
    plain = run("check", path, "--mapping", toml)
    assert "3 errors" in plain.output
    how = ["--decimal", ",", "--date-format", "%d-%m-%Y", "--missing", "x"]
    result = run("convert", path, "--mapping", toml, *how, "--out", tmp_path / "out.csv")
    assert result.exit_code == 0, result.output
    made = mt.read_table(tmp_path / "out.csv", "visits")
    assert made["visit_date"].dt.strftime("%Y-%m-%d").tolist() == ["2024-02-01", "2024-05-13"]
    assert made["haq_di"].fillna(-1).tolist() == [1.5, -1]
    assert "visits: 0 errors" in run("check", path, "--mapping", toml, *how).output
    wrong = run("check", path, "--mapping", toml, "--thousands", "point")
    assert wrong.exit_code == 2
    assert "Usage" in wrong.output


def test_the_weeks_of_sheets_are_said_on_the_command_line(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, haq in (("Visite 1", 1.5), ("Visite 2", 0.5)):
        sheet = book.create_sheet(name)
        for row in (["patient_id", "haq_di"], ["A", haq]):
            sheet.append(row)
    path = tmp_path / "ours.xlsx"
    book.save(path)
    asked = run("convert", path, "--kind", "visits", "--suggest", tmp_path / "ours.toml")
    assert asked.exit_code == 1
    assert "question: Which week is sheet 'Visite 1', 'Visite 2'? --week-of NAME=WEEK says it." in asked.output
    weeks = ["--week-of", "Visite 1=0", "--week-of", "Visite 2=12"]
    told = run("convert", path, "--kind", "visits", "--suggest", tmp_path / "ours.toml", *weeks)
    assert told.exit_code == 0, told.output
    sheets = ["--sheet", "Visite 1", "--sheet", "Visite 2"]
    for how in (["--mapping", tmp_path / "ours.toml"], ["--kind", "visits", *sheets, *weeks]):
        made = run("convert", path, *how, "--out", tmp_path / "visits.csv")
        assert made.exit_code == 0, made.output
        table = mt.read_table(tmp_path / "visits.csv", "visits")
        assert table[["patient_id", "week", "haq_di"]].to_numpy().tolist() == [["A", 0, 1.5], ["A", 12, 0.5]]
    assert run("check", path, "--kind", "visits", *sheets, "--week-of", "Visite 2").exit_code == 2


def test_months_in_headings_are_asked_for_and_said(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("patient_id,haq_di bl,haq_di 3 mnd\nA,1.5,0.5\n")
    refused = run("check", path, "--wide")
    assert refused.exit_code == 2
    hint = re.search(r"--week-of '?([^' ]+ [a-z]+)=12", refused.output)
    assert hint[1] == "3 mnd"
    result = run("convert", path, "--wide", "--week-of", "3 mnd=13", "--out", tmp_path / "long.csv")
    assert result.exit_code == 0, result.output
    assert mt.read_table(tmp_path / "long.csv", "visits")["week"].tolist() == [0, 13]


def test_two_mappings_for_two_files(tmp_path):
    patients, visits = cohort()
    patients.rename(columns={"sex": "Geslacht"}).to_csv(tmp_path / "p.csv", index=False)
    visits.rename(columns={"haq_di": "HAQ"}).to_csv(tmp_path / "v.csv", index=False)
    tomls = []
    for name, kind in (("p", "patients"), ("v", "visits")):
        tomls += ["--mapping", tmp_path / f"{name}.toml"]
        assert run("convert", tmp_path / f"{name}.csv", "--kind", kind, "--suggest", tomls[-1]).exit_code == 0
    result = run("screen", tmp_path / "p.csv", "--visits", tmp_path / "v.csv", *tomls, "--out", tmp_path / "out.csv")
    assert result.exit_code == 0, result.output
    expected = mt.TIME_IS_MUSCLE.decide(mt.derive_screening(patients, visits=visits))
    assert pd.read_csv(tmp_path / "out.csv")["decision"].tolist() == expected["decision"].tolist()
    twice = run("screen", tmp_path / "p.csv", *tomls[:2], *tomls[:2], "--out", tmp_path / "out.csv")
    assert (twice.exit_code, "two tables of patients" in twice.output) == (2, True)


def test_a_mapping_of_one_file_leaves_the_other_as_it_is(tmp_path):
    patients, visits = cohort()
    patients.to_csv(tmp_path / "p.csv", index=False)
    visits.rename(columns={"haq_di": "HAQ"}).to_csv(tmp_path / "v.csv", index=False)
    toml = tmp_path / "v.toml"
    assert run("convert", tmp_path / "v.csv", "--kind", "visits", "--suggest", toml).exit_code == 0
    how = [tmp_path / "p.csv", "--visits", tmp_path / "v.csv", "--mapping", toml]
    reported = run("report", *how, "--out", tmp_path / "r.html")
    assert (reported.exit_code, "Of 14 screened" in reported.output) == (0, True)
    assert run("screen", *how, "--out", tmp_path / "s.csv").exit_code == 0
    alone = run("report", tmp_path / "v.csv", "--mapping", toml, "--out", tmp_path / "v.html")
    assert (alone.exit_code, "screened" in alone.output) == (0, False)
    nobody = run("screen", tmp_path / "v.csv", "--mapping", toml, "--out", tmp_path / "s.csv")
    assert (nobody.exit_code, "no table of patients" in nobody.output) == (2, True)
