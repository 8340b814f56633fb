"""`myositis-tools screen`: what it reads, what it writes, what it lists, and with which exit status."""

import hashlib

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import myositis_tools as mt
from myositis_tools import cli
from myositis_tools.cli import notebook_copies
from myositis_tools.exchange import read_table, write_tables
from myositis_tools.exchange.files import writing

SHEETS = ["decisions", "checks", "screening", "exposures", "problems", "about", "legend"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The first patients of the sample, as a site's files."""
    folder = tmp_path_factory.mktemp("site")
    patients = mt.load_patients().head(40)
    patients.to_csv(folder / "patients.csv", index=False)
    for name in ("visits", "medications", "events"):
        table = getattr(mt, f"load_{name}")()
        table[table["patient_id"].isin(patients["patient_id"])].to_csv(folder / f"{name}.csv", index=False)
    return folder


def run(site, out, *more, **other):
    files = {name: site / f"{name}.csv" for name in ("visits", "medications", "events")} | other
    options = [word for name, file in files.items() if file for word in (f"--{name}", str(file))]
    patients = more[0] if more and not str(more[0]).startswith("--") else site / "patients.csv"
    rest = [str(word) for word in more if word != patients]
    return CliRunner().invoke(cli.make_commands(), ["screen", str(patients), "--out", str(out), *options, *rest])


def test_a_workbook_says_what_the_library_says(site, tmp_path):
    result = run(site, tmp_path / "screening.xlsx")
    assert result.exit_code == 0, result.output
    found = pd.read_excel(tmp_path / "screening.xlsx", sheet_name=None, keep_default_na=False)
    assert list(found) == SHEETS
    expected = mt.TIME_IS_MUSCLE.decide(mt.load_screening().head(40))
    assert found["decisions"]["decision"].tolist() == expected["decision"].tolist()
    reasons = [str(cell).splitlines() for cell in found["decisions"]["because"]]
    assert reasons == [text.split(" | ") if text else [] for text in expected["because"]]
    assert max(map(len, reasons)) > 1
    assert len(found["checks"]) == 40 * len(mt.TIME_IS_MUSCLE.criteria)
    about = dict(zip(found["about"]["what"], found["about"]["words"], strict=True))
    assert mt.__version__ in about["made by"]
    assert about["made on"] == pd.Timestamp.today().date().isoformat()
    assert hashlib.sha256((site / "events.csv").read_bytes()).hexdigest() in about["events"]
    assert not list(tmp_path.glob("*.part"))


def test_a_legend_says_what_every_column_of_the_sheets_is(site, tmp_path):
    assert run(site, tmp_path / "screening.xlsx").exit_code == 0
    found = pd.read_excel(tmp_path / "screening.xlsx", sheet_name=None, keep_default_na=False)
    legend = found["legend"]
    for sheet in SHEETS[:-2]:
        assert legend.loc[legend["sheet"] == sheet, "column"].tolist() == list(found[sheet].columns)
    assert (legend[["heading", "permitted", "description"]] != "").all().all()
    row = legend[(legend["sheet"] == "screening") & (legend["column"] == "physician_global_cm")].iloc[0]
    assert row[["unit", "permitted"]].tolist() == ["cm", "0 to 10 cm"]
    assert openpyxl.load_workbook(tmp_path / "screening.xlsx")["legend"].freeze_panes == "A2"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_nothing_is_written_that_names_a_patient(site, tmp_path, suffix):
    patients = pd.read_csv(site / "patients.csv", dtype=object)
    secret = patients.assign(name="J. Jansen", remarks="calls her daughter", birth_date=patients["birth_date"])
    secret.to_csv(tmp_path / "p.csv", index=False)
    visits = pd.read_csv(site / "visits.csv", dtype=object).assign(name="J. Jansen")
    visits.to_csv(tmp_path / "v.csv", index=False)
    medications = pd.read_csv(site / "medications.csv", dtype=object).assign(remarks="calls her daughter")
    medications.to_csv(tmp_path / "m.csv", index=False)
    files = {"visits": tmp_path / "v.csv", "medications": tmp_path / "m.csv"}
    result = run(site, tmp_path / f"out{suffix}", tmp_path / "p.csv", **files)
    assert result.exit_code == 0, result.output
    written = ""
    for file in tmp_path.glob(f"out*{suffix}"):
        sheets = pd.read_excel(file, sheet_name=None).values() if suffix == ".xlsx" else [pd.read_csv(file, dtype=str)]
        written += "".join(sheet.to_csv() for sheet in sheets)
    assert "patient 1," in written
    for word in ("P001", "Jansen", "daughter", "birth_date", patients["birth_date"].iloc[0]):
        assert word not in written, word
    assert "numbered in the order of the file" in result.output
    said = CliRunner().invoke(cli.make_commands(), ["screen", "--help"]).output
    assert "hold no birth date" in " ".join(said.split())


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_each_suffix_is_written_and_read_again(site, tmp_path, suffix):
    inputs = {}
    for name in ("patients", "visits", "medications", "events"):
        table = read_table(site / f"{name}.csv", name)
        inputs[name] = tmp_path / f"in_{name}{suffix}"
        table.to_parquet(inputs[name]) if suffix == ".parquet" else table.to_csv(inputs[name], index=False)
    patients = inputs.pop("patients")
    result = run(site, tmp_path / f"out{suffix}", patients, "--protocol", "time_is_muscle", **inputs)
    assert result.exit_code == 0, result.output
    read = pd.read_parquet if suffix == ".parquet" else pd.read_csv
    assert read(tmp_path / f"out{suffix}")["decision"].tolist() == (
        mt.TIME_IS_MUSCLE.decide(mt.load_screening().head(40))["decision"].tolist()
    )
    assert {file.stem for file in tmp_path.glob(f"out*{suffix}")} == {"out", *(f"out_{name}" for name in SHEETS[1:])}


def test_problems_in_the_data_are_listed_and_the_answers_written(site, tmp_path):
    medications = pd.read_csv(site / "medications.csv", dtype=object)
    odd = pd.DataFrame({"patient_id": ["P001", "P999"], "drug": ["=1+1", "aspirin"], "start_date": "2022-12"})
    pd.concat([medications, odd]).to_csv(tmp_path / "m.csv", index=False)
    result = run(site, tmp_path / "out.xlsx", medications=tmp_path / "m.csv")
    assert result.exit_code == 1
    assert "problem: medications: not in the patients table, and left out: P999" in result.output
    assert "problem: medications: drug not recognised: =1+1 (1 line)" in result.output
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["exposures"]
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s")]


def test_data_that_cannot_be_are_refused_table_by_table(site, tmp_path):
    medications = pd.read_csv(site / "medications.csv", dtype=object)
    medications.assign(stop_date="1999-01-01").to_csv(tmp_path / "m.csv", index=False)
    events = pd.DataFrame({"patient_id": ["P001"], "event": ["thrombosys"], "date": ["2020"]})
    events.to_csv(tmp_path / "e.csv", index=False)
    out = tmp_path / "out.xlsx"
    out.write_text("mine")
    result = run(site, out, medications=tmp_path / "m.csv", events=tmp_path / "e.csv")
    assert result.exit_code == 1
    assert "1999-01-01" in result.output
    assert "did you mean 'thrombosis'" in result.output
    assert out.read_text() == "mine"
    events.assign(date="31-12-2020").to_csv(tmp_path / "e.csv", index=False)
    result = run(site, out, events=tmp_path / "e.csv")
    assert (result.exit_code, "events, line 2, patient P001, date '31-12-2020'" in result.output) == (1, True)


@pytest.mark.parametrize(
    ("out", "more"),
    [
        ("out.docx", []),
        ("no/such/folder/out.csv", []),
        ("out.csv", ["--protocol", "time_was_muscle"]),
        ("out.csv", ["--visits", "nowhere.csv"]),
    ],
)
def test_wrong_usage_is_status_2(site, tmp_path, out, more):
    result = run(site, tmp_path / out, *more)
    assert result.exit_code == 2, result.output
    assert "Usage:" in result.output
    assert not list(tmp_path.iterdir())


def test_an_input_is_never_written_over(site):
    before = (site / "events.csv").read_bytes()
    assert run(site, site / "events.csv").exit_code == 2
    assert (site / "events.csv").read_bytes() == before


def test_a_protocol_file_is_read(site, tmp_path):
    shipped = notebook_copies.PACKAGE / "criteria" / "protocols" / "time_is_muscle.toml"
    (tmp_path / "mine.toml").write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    assert run(site, tmp_path / "out.csv", "--protocol", tmp_path / "mine.toml").exit_code == 0
    (tmp_path / "mine.toml").write_text("key = ", encoding="utf-8")
    assert run(site, tmp_path / "out.csv", "--protocol", tmp_path / "mine.toml").exit_code == 2


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    out, table = tmp_path / "out.csv", pd.DataFrame({"x": [1]})
    write_tables(out, {"first": table, "second": table})
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    made = []

    def stop(frame):
        made.append(frame)
        if len(made) > 1:
            raise KeyboardInterrupt
        return b"half"

    monkeypatch.setattr(writing, "as_csv", stop)
    with pytest.raises(KeyboardInterrupt):
        write_tables(out, {"first": table, "second": table})
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_help_has_an_example():
    result = CliRunner().invoke(cli.make_commands(), ["screen", "--help"])
    assert result.exit_code == 0
    assert "Example: myositis-tools screen patients.csv" in result.output


def test_files_of_a_dutch_excel_are_read_as_they_are_written(tmp_path):
    """The hints of a refusal are options that the command has."""
    text = "patient_id;birth_date;screening_date;fvc_percent_predicted\r\nZoë;1-5-1970;31-12-2024;81,5\r\n"
    (tmp_path / "patients.csv").write_bytes(text.encode("cp1252"))
    words = ["screen", str(tmp_path / "patients.csv"), "--out", str(tmp_path / "out.csv"), "--identifiers"]
    options = []
    for hint in (["--encoding", "cp1252"], ["--date-format", "%d-%m-%Y"], ["--decimal", ","]):
        refused = CliRunner().invoke(cli.make_commands(), words + options)
        assert refused.exit_code == 1
        assert " ".join(hint) in refused.output
        options += hint
    done = CliRunner().invoke(cli.make_commands(), words + options)
    assert done.exit_code == 0, done.output
    screening = mt.read_table(tmp_path / "out_screening.csv", "screening")
    assert screening[["patient_id", "age_years", "fvc_percent_predicted"]].to_numpy().tolist() == [["Zoë", 54, 81.5]]
    report = ["report", str(tmp_path / "patients.csv"), "--out", str(tmp_path / "r.html"), *options]
    assert CliRunner().invoke(cli.make_commands(), report).exit_code == 0


def test_bounds_of_a_number_leave_with_the_screening_table_and_stand_in_its_legend(tmp_path):
    patients = tmp_path / "patients.csv"
    patients.write_text("patient_id,screening_date,birth_date\nA,2024-06,1970\n", encoding="utf-8")
    result = CliRunner().invoke(cli.make_commands(), ["screen", str(patients), "--out", str(tmp_path / "made.xlsx")])
    assert result.exit_code == 0, result.output
    found = pd.read_excel(tmp_path / "made.xlsx", sheet_name=None)
    names = ["screening_date_precision", "age_years_min", "age_years_max"]
    assert found["screening"][names].to_numpy().tolist() == [["month", 53, 54]]
    said = found["legend"].set_index(["sheet", "column"]).loc[("screening", "age_years_min")]
    assert (said["heading"], said["unit"]) == ("Age, lowest possible", "years")
