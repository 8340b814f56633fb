"""No file that an app or a command hands over names a patient, tells a birth date or holds what nobody has described,
unless it is asked to."""

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import ipywidgets as widgets
import pandas as pd
import pytest
from typer.testing import CliRunner

import myositis_tools as mt
from myositis_tools import cli
from myositis_tools.apps import (
    calculate_haq_di,
    calculate_total_improvement,
    explore_design,
    explore_effects,
    explore_eligibility,
    explore_trajectories,
    map_columns,
)
from myositis_tools.apps.trajectories.chosen import PATIENTS
from myositis_tools.apps.trajectories.pictures import PICTURES
from tests.apps.test_export import files_of

SECRETS = ("SECRET-", "1951-03-07", "remarks", "calls her daughter", "Jansen", "surname", "shoe_size", "187.25")
FEW = [f"P{number:03d}" for number in range(1, 41)]


def planted(table: pd.DataFrame, few: list[str] | None = FEW) -> pd.DataFrame:
    """A site's table with ids, a birth date, and columns of its own: words, names, numbers."""
    table = table if few is None else table[table["patient_id"].isin(few)].reset_index(drop=True)
    return table.assign(
        patient_id="SECRET-" + table["patient_id"].astype(str),
        birth_date="1951-03-07",
        remarks="calls her daughter",
        surname=[("Jansen", "Jansen-Smit")[place % 2] for place in range(len(table))],
        shoe_size=187.25,
    )


@pytest.fixture(scope="module")
def site() -> dict[str, pd.DataFrame]:
    screening, medications = planted(mt.load_screening()), planted(mt.load_medications())
    visits, patients = planted(mt.load_visits()), planted(mt.load_patients())
    return {"screening": screening, "medications": medications, "visits": visits, "patients": patients}


def parts_of(app: object) -> Iterator[object]:
    yield app
    for part in getattr(app, "children", ()):
        yield from parts_of(part)


def checkbox_of(app: object) -> widgets.Checkbox | None:
    found = [part for part in parts_of(app) if getattr(part, "description", "") == "With patient ids"]
    return found[0] if found else None


def made_by(app: object, label: str = "Figures (HTML)") -> str:
    """What is in the file that a button gives."""
    [button] = [part for part in parts_of(app) if getattr(part, "label", "") == label]
    return text_of(button._make()[1])


def text_of(content: bytes) -> str:
    """Everything in a file, a workbook unzipped."""
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return content.decode("utf-8-sig")


def leaks(files: dict[str, bytes]) -> dict[str, list[str]]:
    found = {name: [word for word in SECRETS if word in text_of(content)] for name, content in files.items()}
    return {name: words for name, words in found.items() if words}


def handed_over(app: object) -> dict[str, bytes]:
    """Every file but the saved view, which is the view."""
    return {name: content for name, content in files_of(app).items() if not name.endswith("_view.json")}


def eligibility(site):
    chosen = site["medications"]["patient_id"].iloc[0]
    return explore_eligibility(site["screening"], medications=site["medications"], patient_id=chosen)


def trajectories(site):
    return explore_trajectories(site["visits"], patients=site["patients"])


def effects(_):
    return explore_effects(planted(mt.load_visits(), None), patients=planted(mt.load_patients(), None))


def calculator(site):
    app = calculate_total_improvement(visits=site["visits"])
    app.model.try_case(0)
    return app


def mapping(site):
    odd = site["visits"].rename(columns={"haq_di": "HAQ"}).astype({"physician_global_cm": object})
    odd.loc[0, "physician_global_cm"] = "Jansen"
    app = map_columns(odd)
    app.model.choose("HAQ", "haq_di")
    app.model.accept_likely()
    return app


APPS = [eligibility, trajectories, effects, calculator, mapping]


@pytest.mark.parametrize("make", APPS)
def test_no_file_of_an_app_holds_what_is_private(make, site):
    files = handed_over(make(site))
    assert {name.rpartition(".")[2] for name in files} >= {"csv", "xlsx", "html"}
    assert leaks(files) == {}


@pytest.mark.parametrize("make", [eligibility, trajectories, mapping])
def test_a_person_can_ask_for_the_ids(make, site):
    app = make(site)
    checkbox_of(app).value = True
    found = leaks(handed_over(app))
    assert any("SECRET-" in words for name, words in found.items() if name.endswith(".xlsx"))
    assert any("SECRET-" in words for name, words in found.items() if name.endswith(".csv"))
    if make is not mapping:
        assert "SECRET-" in next(words for name, words in found.items() if name.endswith(".html"))
    if make is not eligibility:
        assert "calls her daughter" in next(words for name, words in found.items() if name.endswith(".xlsx"))


@pytest.mark.parametrize("picture", [*PICTURES, PATIENTS])
def test_no_picture_of_the_trajectories_names_a_patient(picture, site):
    app = trajectories(site)
    app.model.picture = picture
    if picture not in ("class_flow", "time_to_response"):
        checkbox_of(app).value = True
        assert "SECRET-" in made_by(app)
        checkbox_of(app).value = False
    assert "SECRET-" not in made_by(app)
    shown = made_by(app, "This picture (CSV)")
    assert "patient 1" in shown
    assert [word for word in SECRETS if word in shown] == []


def test_a_numbered_picture_is_the_same_but_for_the_names(site):
    app = trajectories(site)
    pages = {}
    for asked in (False, True):
        checkbox_of(app).value = asked
        pages[asked] = (
            made_by(app).partition("<dl ")[0].replace(r"\u003cbr\u003e", " ")
        )  # a longer name may break a line
    order = list(dict.fromkeys(site["visits"]["patient_id"]))
    numbers = {name: f"patient {place}" for place, name in enumerate(order, start=1)}
    back = re.sub(r"SECRET-P\d+", lambda found: numbers[found[0]], pages[True]).replace("Patient patient ", "Patient ")
    assert back == pages[False]


def test_a_patient_has_one_number_in_every_file_the_order_being_that_of_the_table(site):
    files = handed_over(trajectories(site))
    scored = pd.read_csv(BytesIO(files["trajectories_visits_with_score.csv"]), encoding="utf-8-sig")
    assert scored["week"].tolist() == site["visits"]["week"].tolist()
    ids = dict(zip(scored["patient_id"], site["visits"]["patient_id"], strict=True))
    assert list(ids) == [f"patient {number}" for number in range(1, len(ids) + 1)]
    people = pd.read_csv(BytesIO(files["trajectories_patients.csv"]), encoding="utf-8-sig")
    visits = site["visits"].groupby("patient_id").size()
    assert people["Visits"].tolist() == [visits[ids[name]] for name in people["Patient"]]
    assert {"Arm", "Subtype", "Sex", "Last score"} <= set(people)
    assert {"tis", "response", "sex", "subtype", "mmt8_150"} <= set(scored)


def test_the_synthetic_cohort_follows_the_same_rule():
    for app in (explore_trajectories(), explore_eligibility()):
        for name, content in handed_over(app).items():
            assert re.findall(r"\bP\d{3}\b(?!\")", text_of(content)) == [], name  # "P104" is a cell of a sheet


def test_an_app_without_rows_of_patients_asks_nothing(site):
    for app in (effects(site), calculator(site), explore_design(), calculate_haq_di()):
        assert checkbox_of(app) is None


@pytest.fixture
def folder(site, tmp_path):
    for name in ("visits", "patients", "medications"):
        site[name].to_csv(tmp_path / f"{name}.csv", index=False)
    patients = site["patients"].drop(columns=["birth_date"]).assign(birth_date="1951-03-07", age_years=90)
    patients.to_csv(tmp_path / "patients.csv", index=False)
    stranger = site["medications"].head(1).assign(patient_id="SECRET-X")
    pd.concat([site["medications"], stranger]).to_csv(tmp_path / "medications.csv", index=False)
    return tmp_path


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("asked", [(), ("--identifiers",)])
def test_no_file_of_a_command_holds_what_is_private_unless_asked_for(folder, suffix, asked):
    visits, patients, medications = (folder / f"{name}.csv" for name in ("visits", "patients", "medications"))
    commands = {
        "scored": ["score", visits],
        "screened": ["screen", patients, "--visits", visits, "--medications", medications],
        "checked": ["check", patients],
    }
    for name, words in commands.items():
        out = folder / f"{name}{suffix}"
        result = CliRunner().invoke(cli.make_commands(), [*map(str, words), "--out", str(out), *asked])
        assert result.exit_code in (0, 1), result.output
        assert ("Patients are numbered in the order of the file" in result.output) is not bool(asked)
        files = {file.name: file.read_bytes() for file in folder.glob(f"{name}*{suffix}")}
        assert files
        if not asked:
            assert leaks(files) == {}
            assert "numbered in the order of the file" in "".join(map(text_of, files.values())) or name == "checked"
        elif name != "checked":
            found = {word for words in leaks(files).values() for word in words}
            assert {"SECRET-", "calls her daughter"} <= found


def test_sentences_that_name_a_patient_at_the_terminal_number_her_in_the_file(folder):
    words = ["screen", str(folder / "patients.csv"), "--medications", str(folder / "medications.csv")]
    result = CliRunner().invoke(cli.make_commands(), [*words, "--out", str(folder / "out.csv")])
    assert "patients, SECRET-P001: age: given 90.0" in result.output
    assert "left out: SECRET-X" in result.output
    said = pd.read_csv(folder / "out_problems.csv")["problem"].tolist()
    assert any(sentence.startswith("patients, patient 1: age: given 90.0") for sentence in said)
    assert any(sentence.endswith("left out: patient 41") for sentence in said)
