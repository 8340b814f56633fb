"""From files to a cohort, without a screen: each step is said, what is unclear is asked, and nothing is lost."""

import shutil

import openpyxl
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.apps.cohort.held_file import HeldFile
from myositis_tools.apps.cohort.opening import ASKS, DONE, WAITS, WRONG, Opening
from tests.exchange.centre_workbooks import cohort, long_workbook, sheet_a_visit, wide_workbook


def opened(*files):
    opening = Opening()
    opening.add([file if isinstance(file, HeldFile) else HeldFile.at(file) for file in files])
    return opening


def states(opening):
    return [step.state for step in opening.steps()]


def of_text(name, text):
    return HeldFile(name, text.encode())


@pytest.mark.parametrize("make", [long_workbook, wide_workbook, sheet_a_visit])
@pytest.mark.parametrize("dropped", [False, True])
def test_a_workbook_of_a_centre_is_ready_at_once_and_its_values_are_those_put_in(make, dropped, tmp_path):
    path = make(tmp_path / "ours.xlsx")
    opening = opened(HeldFile(path.name, path.read_bytes()) if dropped else path)
    assert states(opening) == [DONE] * 4
    assert opening.steps()[-1].sentence == "14 patients and 54 visits."
    assert not opening.is_plain
    patients, visits = cohort()
    tables = opening.ready_tables()
    found = mt.score_total_improvement(tables["visits"]).sort_values(["patient_id", "week"])
    expected = mt.score_total_improvement(visits).sort_values(["patient_id", "week"])
    assert found["tis"].round(6).fillna(-1).tolist() == expected["tis"].round(6).fillna(-1).tolist()
    assert (
        tables["patients"].set_index("patient_id")["sex"].to_dict() == patients.set_index("patient_id")["sex"].to_dict()
    )


def test_what_was_dropped_lies_on_no_disk_after_it_was_read():
    held = HeldFile("../../ours.csv", b"patient_id,week\nA,0\n")
    with held.on_disk() as path:
        assert path.name == "ours.csv"
        assert path.read_bytes() == held.content
    assert not path.exists()
    assert not path.parent.exists()


def test_a_table_in_the_packages_words_has_nothing_to_agree_to(tmp_path):
    mt.load_visits().to_csv(tmp_path / "visits.csv", index=False)
    opening = opened(tmp_path / "visits.csv")
    assert states(opening) == [DONE] * 4
    assert opening.is_plain
    assert not opened(of_text("v.csv", "Patient;week;haq_di\nA;0;1.5\n")).is_plain


def test_a_week_that_nobody_can_know_is_asked_and_reading_goes_on_with_the_answer():
    opening = opened(of_text("v.csv", "Patient;HAQ 3 mnd;HAQ bl\nA;1;2\nB;3;2\n"))
    assert states(opening) == [ASKS, WAITS, WAITS, WAITS]
    [asked] = opening.files[0].asked
    assert (asked.option, asked.about) == ("weeks", ("3 mnd",))
    opening.read_again("v.csv", weeks={"3 mnd": 13})
    assert states(opening) == [DONE] * 4
    assert opening.ready_tables()["visits"]["week"].tolist() == [0, 13, 0, 13]


def test_a_heading_that_could_be_two_things_is_asked_and_can_be_none_of_them():
    text = "Patient;Week;PGA;HAQ\nA;0;4;1\nB;0;5;2\n"
    opening = opened(of_text("v.csv", text))
    assert states(opening) == [DONE, ASKS, DONE, WAITS]
    [table] = opening.tables
    [(heading, columns)] = opening.asked(table).items()
    assert heading == "PGA"
    assert set(columns) == {"physician_global_cm", "patient_global_cm"}
    table.model.choose("PGA", "patient_global_cm")
    assert states(opening) == [DONE] * 4
    assert "patient_global_cm" in opening.ready_tables()["visits"]
    other = opened(of_text("v.csv", text))
    other.leave(other.tables[0], "PGA")
    assert states(other) == [DONE] * 4
    assert "'PGA'" in other.steps()[1].sentence
    assert "PGA" in other.ready_tables()["visits"]


def test_cells_and_rows_need_a_persons_decision_and_it_can_be_taken_back():
    given = "Patient;Week;HAQ\nA;0;1\nA;12;15\nB;0;2\nB;0;1\nC;;1\n"
    opening = opened(of_text("v.csv", given))
    assert states(opening)[1] == ASKS  # most of what stands under HAQ would be in the range of the score
    opening.tables[0].model.choose("HAQ", "haq_di")
    assert states(opening)[2:] == [WRONG, WAITS]
    said = [opening.said_of(*each) for each in opening.troubles()]
    assert any("line 3, patient A: HAQ-DI '15'" in each for each in said)
    # of a row that stands twice one is left out, and the other is no trouble any more
    doubled = [each for each in opening.troubles() if each[1].problem == "row stands twice"]
    opening.agree(doubled[:1])
    assert not [each for each in opening.troubles() if each[1].problem == "row stands twice"]
    opening.agree(opening.troubles())
    assert states(opening) == [DONE] * 4
    assert "1 cell of visits counted as not recorded" in opening.steps()[2].sentence
    assert "2 rows of visits left out" in opening.steps()[2].sentence
    table = opening.ready_tables()["visits"]
    assert table["patient_id"].tolist() == ["A", "A", "B"]
    assert pd.isna(table["haq_di"].iloc[1])
    assert mt.validate(table, "visits")["severity"].eq("error").sum() == 0
    opening.take_back()
    assert states(opening)[2:] == [WRONG, WAITS]


def test_a_decision_is_of_these_cells_and_of_no_later_ones():
    opening = opened(of_text("v.csv", "Patient;Week;HAQ;VAS arts\nA;0;15;4\nA;12;1;5\n"))
    [table] = opening.tables
    table.model.choose("HAQ", "haq_di")
    opening.agree(opening.troubles())
    assert states(opening) == [DONE] * 4
    table.model.choose("HAQ", "")
    table.model.choose("VAS arts", "haq_di")
    assert opening.steps()[2].state == WRONG


def test_two_files_of_one_kind_are_a_question_and_a_file_of_the_same_name_takes_the_place():
    first, second = of_text("a.csv", "Patient;Week;HAQ\nA;0;1\n"), of_text("b.csv", "Patient;Week;HAQ\nB;0;2\nC;0;2\n")
    opening = opened(first, second)
    assert states(opening) == [ASKS, DONE, DONE, WAITS]
    assert opening.rivals() == {("visits",): ["b.csv", "a.csv"]}
    opening.prefer(("visits",), "b.csv")
    assert states(opening) == [DONE] * 4
    assert [file.file.name for file in opening.files] == ["b.csv"]
    opening.add([of_text("b.csv", "Patient;Week;HAQ\nD;0;2\n")])
    assert opening.ready_tables()["visits"]["patient_id"].tolist() == ["D"]


def test_a_mapping_that_was_agreed_to_before_is_dropped_with_the_file(tmp_path):
    path = long_workbook(tmp_path / "ours.xlsx")
    saved = opened(path).mapping.save(tmp_path / "ours.toml")
    opening = opened(saved, path)
    assert states(opening) == [DONE] * 4
    assert opening.found()[0] == "It is read by the mapping that was given."
    pd.testing.assert_frame_equal(opening.ready_tables()["visits"], opened(path).ready_tables()["visits"])


def test_what_is_no_table_is_said_in_a_sentence_and_what_was_there_stays(tmp_path):
    book = long_workbook(tmp_path / "ours.xlsx")
    opening = opened(book)
    gone = tmp_path / "gone.csv"
    (tmp_path / "folder.csv").mkdir()
    shutil.copy(book, tmp_path / "cut.xlsx")
    (tmp_path / "cut.xlsx").write_bytes(book.read_bytes()[:2000])
    encrypted = HeldFile("locked.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4000)
    bad = [
        of_text("notes.csv", "hello\nworld\n"),
        HeldFile("scan.pdf", b"%PDF-1.7"),
        HeldFile("empty.csv", b""),
        HeldFile("photo.xlsx", b"\x89PNG\r\n"),
        encrypted,
        HeldFile.at(gone),
        HeldFile.at(tmp_path / "folder.csv"),
        HeldFile.at(tmp_path / "cut.xlsx"),
        of_text("ours.toml", "kind = 'visits'\nwrong"),
    ]
    opening.add(bad)
    assert len(opening.refused) == len(bad)
    for file, sentence in zip(sorted(bad, key=lambda one: one.name != "ours.toml"), opening.refused, strict=True):
        assert sentence.startswith(file.name)
        assert "Traceback" not in sentence
        assert "heading_line=" not in sentence
    assert states(opening) == [DONE] * 4
    opening.add([])
    assert opening.refused == []


def test_a_files_own_line_of_headings_and_words_for_not_recorded_can_be_said():
    text = "Cohort;;\nPatient;Week;HAQ\nA;0;weet niet\nB;0;1\n"
    opening = opened(of_text("v.csv", text))
    opening.read_again("v.csv", heading_line=2, missing=("weet niet",))
    assert opening.ready_tables()["visits"]["haq_di"].isna().tolist() == [True, False]


def test_a_workbook_is_not_changed(tmp_path):
    path = long_workbook(tmp_path / "ours.xlsx")
    before = path.read_bytes()
    opening = opened(path)
    opening.agree(opening.troubles())
    opening.ready_tables()
    assert path.read_bytes() == before
    assert openpyxl.load_workbook(path).sheetnames == ["Visites", "Patiënten", "Legenda"]
