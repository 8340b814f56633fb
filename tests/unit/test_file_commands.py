"""`check`, `score`, `template` and `convert`: the library's own answers, exit statuses, and nothing half done."""

import json

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import myositis_tools as mt
from myositis_tools import cli


def run(*words):
    return CliRunner().invoke(cli.make_commands(), [str(word) for word in words])


@pytest.fixture
def visits(tmp_path):
    path = tmp_path / "visits.csv"
    mt.load_visits().head(60).to_csv(path, index=False)
    return path


def test_the_help_of_each_gives_an_example_and_its_exit_statuses():
    for command in ("check", "score", "template", "convert"):
        result = run(command, "--help")
        assert result.exit_code == 0
        assert f"Example: myositis-tools {command} " in result.output
        assert "Exit status: 0" in " ".join(result.output.split())
        listed = run("--help").output
        assert f"\n  {command} " in listed


def test_clean_data_are_said_to_be_clean(visits):
    result = run("check", visits)
    assert (result.exit_code, "visits: 0 errors, 0 warnings." in result.output) == (0, True)


def test_problems_are_listed_by_line_and_written(visits, tmp_path):
    table = pd.read_csv(visits, dtype=object)
    table.loc[3, "haq_di"] = "9"
    table.loc[5, "ck_xuln"] = "n.d."
    table.to_csv(visits, index=False)
    result = run("check", visits, "--out", tmp_path / "problems.xlsx")
    assert result.exit_code == 1
    assert "error: visits, line 5, patient P004, haq_di '9': out of range; expected 0 to 3." in result.output
    assert "line 7, patient P006, ck_xuln 'n.d.': not a number" in result.output
    assert "visits: 2 errors, 0 warnings." in result.output
    written = pd.read_excel(tmp_path / "problems.xlsx", sheet_name=None)
    assert list(written) == ["problems", "summary"]
    assert written["problems"]["patient_id"].tolist() == ["patient 4", "patient 6"]
    assert "value" not in written["problems"]  # a cell may hold anything
    run("check", visits, "--out", tmp_path / "problems.xlsx", "--identifiers")
    written = pd.read_excel(tmp_path / "problems.xlsx")
    assert written["value"].astype(str).tolist() == ["9", "n.d."]
    assert written["patient_id"].tolist() == ["P004", "P006"]
    assert run("check", visits, "--missing", "n.d.").output.count("error:") == 1


def test_every_sheet_with_the_name_of_a_kind_is_checked(tmp_path):
    path = mt.write_template(tmp_path / "site.xlsx", tables={"visits": mt.load_visits().assign(haq_di=9.0)})
    result = run("check", path)
    assert result.exit_code == 1
    assert "visits: 512 errors" in result.output
    assert "and 492 more in site.xlsx" in result.output
    assert "events: 0 errors" in result.output


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_scores_are_those_of_the_library(visits, tmp_path, suffix):
    out = tmp_path / f"scored{suffix}"
    result = run("score", visits, "--out", out)
    assert result.exit_code == 0, result.output
    expected = mt.score_total_improvement(mt.load_visits().head(60))
    found = mt.read_table(out) if suffix == ".csv" else mt.read_table(out, "visits")
    for name in ("tis", "tis_min", "tis_max"):
        assert pd.to_numeric(found[name]).fillna(-1).tolist() == expected[name].fillna(-1).tolist()
    assert found["response"].fillna("").tolist() == expected["response"].astype(object).fillna("").tolist()
    if suffix == ".xlsx":
        about = pd.read_excel(out, sheet_name="about").set_index("what")["words"]
        assert "SHA-256" in about["visits"]
        assert about["scored_as"] == "adult thresholds"
        legend = pd.read_excel(out, sheet_name="legend", keep_default_na=False)
        columns = legend[legend["sheet"] == "scored"].set_index("column")
        assert columns.index.tolist() == list(pd.read_excel(out).columns)
        assert columns.loc["tis", ["unit", "permitted"]].tolist() == ["points", "0 to 100 points"]
        assert columns.loc["visit_date", "description"] == "Date of the visit"
    else:
        assert {file.stem for file in tmp_path.glob(f"scored*{suffix}")} == {
            "scored",
            "scored_about",
            "scored_legend",
            "scored_problems",
        }
    assert list(tmp_path.glob("*.part")) == []


def test_scores_of_a_file_as_a_site_writes_it(tmp_path):
    path, out = tmp_path / "visits.csv", tmp_path / "scored.csv"
    table = mt.load_visits().head(60)
    body = table.assign(ck_xuln=table["ck_xuln"] + 1200).to_csv(index=False, sep=";", decimal=",", lineterminator="\n")
    text = "Visits of our centre;\n\n" + body.replace(";120", ";1.20")
    path.write_text(text)
    how = ["--decimal", ",", "--thousands", "point", "--heading-line", "3"]
    assert run("score", path, "--out", out, *how).exit_code == 1  # such a CK is told, and scored
    assert pd.read_csv(out)["ck_xuln"].tolist() == pytest.approx((table["ck_xuln"] + 1200).tolist(), nan_ok=True)
    path.write_text(text.replace(";1.20", ";x", 1))
    result = run("score", path, "--out", out, *how)
    place = next(number for number, line in enumerate(path.read_text().splitlines(), start=1) if ";x" in line)
    assert f"error: visits, line {place}, patient" in result.output


@pytest.mark.parametrize("suffix", [".xpt", ".csv"])
def test_the_same_scores_as_an_adam_data_set(visits, tmp_path, suffix):
    out = tmp_path / f"adtis{suffix}"
    asked = ["--adam"] if suffix == ".csv" else []
    result = run("score", visits, "--out", out, "--study", "TIM", "--population", "juvenile", *asked)
    assert result.exit_code == 0, result.output
    assert "Patients are numbered" in result.output
    beside = {"adtis_about.csv", "adtis_parameters.csv", "adtis_problems.csv", "adtis_variables.csv"}
    assert {path.name for path in tmp_path.glob("adtis*")} == {out.name, *beside}
    found = mt.read_cdisc(out, "ADaM")
    expected = mt.score_total_improvement(mt.load_visits().head(60), population="juvenile")
    assert found["patient_id"].unique().tolist() == [
        f"patient {number}" for number in range(1, expected["patient_id"].nunique() + 1)
    ]
    assert found["tis"].fillna(-1).tolist() == expected["tis"].fillna(-1).tolist()
    assert found["response"].fillna("").tolist() == expected["response"].astype(object).fillna("").tolist()
    about = pd.read_csv(tmp_path / "adtis_about.csv").set_index("what")["words"]
    assert about["scored_as"] == "juvenile thresholds"
    assert {"visits", "names of patients", "layout", "parameters", "made by", "made on"} < set(about.index)
    assert run("score", visits, "--out", out, "--identifiers", *asked).exit_code == 0
    named = mt.read_cdisc(out, "ADaM")
    assert named["patient_id"].tolist() == mt.load_visits().head(60)["patient_id"].tolist()


def test_the_legend_owns_up_to_columns_that_are_not_of_the_package(visits, tmp_path):
    pd.read_csv(visits, dtype=object).assign(Centrum="A").to_csv(visits, index=False)
    assert run("score", visits, "--out", tmp_path / "scored.csv", "--identifiers").exit_code == 0
    legend = pd.read_csv(tmp_path / "scored_legend.csv").set_index("column")
    assert legend.loc["Centrum", "description"] == "As in your file; it is not read"


def test_an_error_in_the_data_writes_nothing_and_a_warning_does(visits, tmp_path):
    table = mt.load_visits().head(60)
    table.assign(haq_di=9).to_csv(visits, index=False)
    out = tmp_path / "scored.csv"
    out.write_text("mine")
    result = run("score", visits, "--out", out)
    assert (result.exit_code, out.read_text()) == (1, "mine")
    assert "Nothing was written" in result.output
    table.assign(ck_xuln=lambda t: t["ck_xuln"] + 200).to_csv(visits, index=False)
    result = run("score", visits, "--out", out)
    assert result.exit_code == 1
    assert "warning: visits, whole column, ck_xuln" in result.output
    assert len(pd.read_csv(out)) == 60


def test_a_new_user_maps_a_workbook_and_scores_it(tmp_path):
    own = tmp_path / "ours.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Patiënt", "Weken", "VAS arts", "VAS patiënt", "Extramusculair", "HAQ", "MMT8", "CK", "CK ULN"])
    for week, vas in ((0, 61), (12, 20)):
        book.active.append(["007", week, vas, 50, 3, "1,5", 100 + week, 900 - 50 * week, 180])
    book.save(own)
    assert run("check", own).exit_code == 2
    suggested = run("convert", own, "--kind", "visits", "--suggest", tmp_path / "ours.toml", "--decimal", ",")
    assert suggested.exit_code == 0, suggested.output
    assert "VAS arts -> physician_global_cm (mm): 'vas arts' is Dutch for it" in suggested.output
    mapping = mt.read_mapping(tmp_path / "ours.toml")
    assert mapping.decimal == ","
    result = run("convert", own, "--mapping", tmp_path / "ours.toml", "--out", tmp_path / "visits.csv")
    assert result.exit_code == 0, result.output
    result = run("score", tmp_path / "visits.csv", "--out", tmp_path / "scored.csv")
    assert result.exit_code == 0, result.output
    direct = run("score", own, "--mapping", tmp_path / "ours.toml", "--out", tmp_path / "direct.csv")
    assert direct.exit_code == 0, direct.output
    expected = mt.score_total_improvement(mt.apply_mapping(mt.read_table(own), mapping))
    for name in ("scored", "direct"):
        assert pd.read_csv(tmp_path / f"{name}.csv")["tis"].tolist()[1] == expected["tis"].tolist()[1]


def test_wide_headings_become_rows(tmp_path):
    wide = mt.long_to_wide(mt.load_visits()[["patient_id", "week", "haq_di"]].head(40))
    wide.to_csv(tmp_path / "wide.csv", index=False)
    result = run("convert", tmp_path / "wide.csv", "--kind", "visits", "--wide", "--out", tmp_path / "visits.csv")
    assert result.exit_code == 0, result.output
    assert {0, 4, 52} <= set(mt.read_table(tmp_path / "visits.csv", "visits")["week"])


def test_a_wide_table_in_other_words_is_mapped(tmp_path):
    """The headings without their weeks are mapped, and whoever names the patients may be called otherwise."""
    text = (
        "Register;;;\r\n\r\nPatiënt;VAS arts_w0;VAS arts_w12;CK (U/l)_w0\r\n007;61;30;1.800,5\r\n\r\n008;55;x;2.000\r\n"
    )
    (tmp_path / "ours.csv").write_bytes(text.encode("cp1252"))
    how = ["--encoding", "cp1252", "--decimal", ",", "--thousands", "point", "--heading-line", "3", "--wide"]
    file, toml, out = tmp_path / "ours.csv", tmp_path / "ours.toml", tmp_path / "visits.csv"
    result = run("convert", file, "--kind", "visits", "--suggest", toml, *how)
    assert (result.exit_code, "VAS arts -> physician_global_cm" in result.output) == (0, True)
    result = run("convert", file, "--mapping", toml, "--out", out, *how)
    assert result.exit_code == 1
    assert "line 6, patient 008, physician_global_cm 'x': not a number" in result.output
    made = mt.read_table(out, "visits", on_problem="keep")
    assert made["patient_id"].tolist() == ["007", "007", "008", "008"]
    assert made["physician_global_cm"].tolist() == [6.1, 3.0, 5.5, "x"]
    assert made["ck_u_l"].tolist()[::2] == [1800.5, 2000.0]


def test_hints_name_the_options_as_they_are_typed(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("patient_id;week;visit_date;haq_di\nA;0;31-12-2024;1,5\nB;0;2024-01-01;n.d.\n")
    said = run("check", path).output
    assert "--date-format %d-%m-%Y" in said
    assert "--decimal ," in said
    assert "--missing WORD" in said
    assert "date_format" not in said
    path.write_text("Register;;\npatient_id;week;haq_di\n")
    assert "--heading-line says" in run("check", path).output


def test_which_sheet_was_read_is_said(tmp_path):
    result = run("convert", mt.own_data_file(), "--kind", "visits", "--suggest", tmp_path / "ours.toml")
    assert result.exit_code == 0
    assert "A table of visits of sheet 'Bezoeken'" in result.output
    assert "Nothing of sheet 'Patiënten' is read as visits." in result.output


def test_a_place_to_write_is_looked_at_before_the_work(visits, tmp_path):
    result = run("check", visits, "--out", tmp_path / "nowhere" / "out.csv")
    assert (result.exit_code, "There is no folder" in result.output) == (2, True)
    result = run("check", visits, "--out", tmp_path)
    assert (result.exit_code, "is a folder" in result.output) == (2, True)
    result = run("check", visits, "--out", tmp_path / f"{'n' * 300}.xlsx")
    assert (result.exit_code, "cannot be written" in result.output) == (2, True)


def test_patients_who_are_not_found_are_told_in_one_line(tmp_path):
    visits, patients = tmp_path / "visits.csv", tmp_path / "patients.csv"
    visits.write_text("patient_id,week,haq_di\n1,0,1.5\n2,0,1.5\n")
    patients.write_text("patient_id,screening_date\n001,2026-03-31\n002,2026-03-31\n")
    result = run("screen", patients, "--visits", visits, "--out", tmp_path / "out.xlsx")
    told = [line for line in result.output.splitlines() if line.startswith("warning: ")]
    assert len(told) == 1
    assert told[0].startswith("warning: None of the 2 patients of the visits table is found in the patients table.")


@pytest.mark.parametrize(
    ("name", "more", "holds"),
    [
        ("t.xlsx", ["--kind", "events"], lambda path: openpyxl.load_workbook(path).sheetnames[0] == "events"),
        ("t.xlsx", [], lambda path: openpyxl.load_workbook(path).sheetnames[:2] == ["patients", "visits"]),
        ("t.json", [], lambda path: json.loads(path.read_text())["title"] == "visits"),
        ("t.csv", [], lambda path: pd.read_csv(path).shape[1] == 18),
        ("t.csv", ["--form", "adam"], lambda path: set(pd.read_csv(path)["defined_by"]) == {"sponsor-defined"}),
        ("t.csv", ["--form", "dictionary"], lambda path: pd.read_csv(path)["kind"].nunique() > 10),
    ],
)
def test_templates(tmp_path, name, more, holds):
    result = run("template", tmp_path / name, *more)
    assert result.exit_code == 0, result.output
    assert holds(tmp_path / name)


@pytest.mark.parametrize(
    "words",
    [
        ["check", "nowhere.csv"],
        ["check", "visits.csv", "--kind", "visit"],
        ["check", "visits.csv", "--out", "visits.csv"],
        ["check", "visits.csv", "--mapping", "nowhere.toml"],
        ["check", "other.csv"],
        ["score", "visits.csv"],
        ["score", "visits.csv", "--out", "scored.docx"],
        ["score", "visits.csv", "--out", "visits.csv"],
        ["score", "visits.csv", "--out", "no/such/folder/scored.csv"],
        ["convert", "visits.csv"],
        ["template", "t.docx"],
        ["template", "t.json", "--form", "adam"],
        ["template", "t.csv", "--kind", "visits", "--kind", "events"],
        ["template", "t.xlsx", "--kind", "visit"],
    ],
)
def test_wrong_usage_is_status_2(visits, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    before = sorted(tmp_path.iterdir())
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert "Usage:" in result.output
    assert "Traceback" not in result.output
    assert sorted(tmp_path.iterdir()) == before
    assert visits.exists()


def test_a_file_that_cannot_be_read_is_status_1_and_one_line(tmp_path):
    path = tmp_path / "visits.xlsx"
    path.write_bytes(b"no workbook")
    for words in (
        ["check", path],
        ["score", path, "--out", tmp_path / "s.csv"],
        ["convert", path, "--kind", "visits", "--out", tmp_path / "c.csv"],
    ):
        result = run(*words)
        assert result.exit_code == 1
        assert "not a whole .xlsx workbook" in result.output
        assert "Traceback" not in result.output
