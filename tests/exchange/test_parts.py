"""Tables worked on in parts of patients: the same answers as in one piece, whole or not at all, and a run goes on."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner

import myositis_tools as mt
from myositis_tools import cli
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError, WrongTypeError
from myositis_tools.exchange.parts import in_parts as rooms
from myositis_tools.exchange.parts.in_parts import memory_bytes, write_parts
from myositis_tools.exchange.parts.patient_parts import LargeTable, PatientParts
from myositis_tools.exchange.parts.typed_parquet import as_typed_parquet

KINDS = ("patients", "visits", "medications", "events")
MADE_BY = "a test"


@pytest.fixture(autouse=True)
def _large_rows(monkeypatch):
    """So that the sample's 512 visits are three parts, and all its tables four."""
    monkeypatch.setattr(rooms, "_BYTES_PER_ROW", 3_000_000)


@pytest.fixture
def folder(tmp_path):
    """The sample as Parquet, in a folder whose name a program may trip over."""
    place = tmp_path / "our ward's data é"
    place.mkdir()
    for kind in KINDS:
        getattr(mt, f"load_{kind}")().to_parquet(place / f"{kind}.parquet")
    return place


def scored(visits):
    return {"scored": mt.score_total_improvement(visits)}


def read(folder):
    return pd.concat([pd.read_parquet(file) for file in sorted(folder.iterdir())], ignore_index=True)


def run(*words):
    done = CliRunner().invoke(cli.make_commands(), [str(word) for word in words])
    return done.exit_code, done.output


def same(one, other, by):
    """The same cells, in whatever order of patients."""
    assert sorted(one.columns) == sorted(other.columns)
    made = [table.sort_values(by, kind="stable").reset_index(drop=True)[sorted(one.columns)] for table in (one, other)]
    pd.testing.assert_frame_equal(*(table.astype(object).where(table.notna(), None) for table in made))


# ----------------------------------------------------------------------------------------------------- the same answers


def test_scores_in_parts_are_those_of_the_whole_file(folder, tmp_path):
    whole, parts = tmp_path / "whole.parquet", tmp_path / "parts"
    assert run("score", folder / "visits.parquet", "--out", whole)[0] == 0
    status, told = run("score", folder / "visits.parquet", "--out", parts, "--memory", "1GB")
    assert status == 0, told
    assert "512 visits scored: 56 major, 45 moderate, 61 minimal, 45 none; 305 without" in told
    assert len(list((parts / "scored").iterdir())) == 3
    same(pd.read_parquet(whole), read(parts / "scored"), ["patient_id", "week"])
    assert not any("P001" in cell for cell in read(parts / "scored")["patient_id"])
    legend = pd.read_csv(parts / "legend.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(legend, pd.read_parquet(tmp_path / "whole_legend.parquet").astype(legend.dtypes))
    assert "visits.parquet, 512 rows" in (parts / "about.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("identifiers", [False, True])
def test_a_screening_in_parts_is_that_of_the_whole_files(identifiers, folder, tmp_path):
    files = [word for kind in KINDS[1:] for word in (f"--{kind}", folder / f"{kind}.parquet")]
    command = ["screen", folder / "patients.parquet", *files, *(["--identifiers"] if identifiers else [])]
    run(*command, "--out", tmp_path / "whole.parquet")
    status, told = run(*command, "--out", tmp_path / "parts", "--memory", "2GB")
    assert status == 0, told
    assert "75 fit, 24 are undecided, 201 do not fit." in told
    same(pd.read_parquet(tmp_path / "whole.parquet"), read(tmp_path / "parts/decisions"), ["patient_id"])
    for title, by in (("checks", ["patient_id", "criterion"]), ("screening", ["patient_id"])):
        same(pd.read_parquet(tmp_path / f"whole_{title}.parquet"), read(tmp_path / "parts" / title), by)
    exposures = pd.read_parquet(tmp_path / "whole_exposures.parquet")
    assert len(exposures) == len(read(tmp_path / "parts/exposures"))


def test_problems_in_parts_are_those_of_the_whole_file_at_their_place(folder, tmp_path):
    visits = mt.load_visits()
    visits.loc[[7, 300], "haq_di"] = 4.0
    visits.to_parquet(folder / "visits.parquet")
    whole = run("check", folder / "visits.parquet", "--kind", "visits", "--out", tmp_path / "whole.csv")
    parts = run("check", folder / "visits.parquet", "--kind", "visits", "--out", tmp_path / "parts", "--memory", "1GB")
    assert whole[0] == parts[0] == 1
    for line in (7, 300):
        assert f"line {line + 2}, patient {visits['patient_id'][line]}, haq_di" in parts[1]
    assert "visits: 2 errors, 0 warnings." in parts[1]
    same(pd.read_csv(tmp_path / "whole.csv").drop(columns=["table", "row"]),
         read(tmp_path / "parts/problems").drop(columns=["row"]), ["patient_id"])  # fmt: skip


def test_a_folder_of_files_is_one_table(folder, tmp_path):
    visits = mt.load_visits()
    for number, piece in enumerate((visits[:100], visits[100:101], visits[101:])):
        (folder / "visits").mkdir(exist_ok=True)
        piece.to_parquet(folder / f"visits/{number}.parquet")
    status, told = run("score", folder / "visits", "--out", tmp_path / "parts", "--memory", "1GB", "--identifiers")
    assert (status, told.count("512 visits scored")) == (0, 1)
    same(mt.score_total_improvement(visits), read(tmp_path / "parts/scored"), ["patient_id", "week"])


def test_headings_of_ones_own_are_mapped(folder, tmp_path):
    own = mt.load_visits().rename(columns={"patient_id": "Study number", "haq_di": "HAQ"})
    own.to_parquet(folder / "own.parquet")
    mapping = tmp_path / "mapping.toml"
    means = {"Study number": "patient_id", "HAQ": "haq_di"}
    lines = [f'[[columns]]\nheading = "{name}"\ncolumn = "{means.get(name, name)}"' for name in own.columns]
    mapping.write_text('kind = "visits"\n' + "\n".join(lines), encoding="utf-8")
    command = ["score", folder / "own.parquet", "--mapping", mapping, "--memory", "1GB"]
    status, told = run(*command, "--out", tmp_path / "parts")
    assert status == 0, told
    assert "56 major, 45 moderate" in told
    status, told = run(*command[:2], "--memory", "1GB", "--out", tmp_path / "other")
    assert status == 1
    assert "The visits table lacks a column: patient_id." in told


def test_any_question_about_patients_is_asked_in_parts(folder, tmp_path):
    out = rooms.in_parts(scored, tmp_path / "out", memory="1GB", made_by=MADE_BY, visits=folder / "visits.parquet")
    assert list(out) == ["scored"]
    same(mt.score_total_improvement(mt.load_visits()), read(out["scored"]), ["patient_id", "week"])
    with duckdb.connect() as connection:
        together = connection.read_parquet(str(tmp_path / "out/scored/*.parquet"))
        assert together.aggregate("count(*), count(tis)").fetchall() == [(512, 199)]


# ------------------------------------------------------------------------------------------------------------- patients


def cut(tmp_path, count=5, **tables):
    large = []
    for kind, table in tables.items():
        table.to_parquet(tmp_path / f"{kind}.parquet")
        large.append(LargeTable(kind, tmp_path / f"{kind}.parquet"))
    parts = PatientParts(large, tmp_path / "cut", memory_bytes=500_000_000)
    parts.cut(count)
    return [parts.part(number) for number in range(1, count + 1)]


def test_all_rows_of_a_patient_are_in_one_part_in_their_order(tmp_path):
    ids = [f"P{number % 20}" for number in range(200)]
    parts = cut(tmp_path, visits=pd.DataFrame({"patient_id": ids, "line": range(200)}))
    held = [part.table("visits") for part in parts]
    assert sorted(line for table in held for line in table["line"]) == list(range(200))
    for table in held:
        assert table["line"].is_monotonic_increasing
        assert table.index.tolist() == table["line"].tolist()
    assert sum(table["patient_id"].nunique() for table in held) == 20


def test_patients_are_numbered_in_the_order_of_the_tables(tmp_path):
    parts = cut(
        tmp_path,
        patients=pd.DataFrame({"patient_id": ["B", "A", None]}),
        visits=pd.DataFrame({"patient_id": ["Z", "A", "Y", "Z"]}),
    )
    numbers = {name: number for part in parts for name, number in part.patients.items()}
    assert numbers == {"B": 1, "A": 2, "Z": 3, "Y": 4}


@pytest.mark.parametrize(
    "alike", [["a1", "A1", " a1 "], [7, 7.0], ["7", 7], [None, None]], ids=["spelling", "decimals", "text", "nobody"]
)
def test_ids_that_look_alike_are_in_one_part(alike, tmp_path):
    many = [f"Q{number}" for number in range(50)]
    tables = {f"table_{place}": pd.DataFrame({"patient_id": [one]}) for place, one in enumerate(alike)}
    parts = cut(tmp_path, 7, others=pd.DataFrame({"patient_id": many}), **tables)
    held = [{kind for kind in tables if len(part.table(kind))} for part in parts]
    assert [each for each in held if each] == [set(tables)]


def test_an_id_may_be_any_text(tmp_path):
    strange = ["'; DROP TABLE patients; --", 'a"b', "\n", "é", "=1+1", "", "P 1", "12345678901234567890"]
    parts = cut(tmp_path, visits=pd.DataFrame({"patient_id": strange, "x": range(len(strange))}))
    assert sorted(name for part in parts for name in part.table("visits")["patient_id"]) == sorted(strange)
    assert sorted(number for part in parts for number in part.patients.values()) == list(range(1, len(strange) + 1))


# -------------------------------------------------------------------------------------------------- ended, and goes on


class EndedError(Exception):
    """A run that is ended from outside."""


def ends_at(number, calls):
    def work(part):
        calls.append(part.number)
        if part.number == number:
            raise EndedError
        return scored(part.table("visits"))

    return work


def test_a_run_that_was_ended_goes_on_where_it_was(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(rooms, "_BYTES_PER_ROW", 10_000_000)
    out, large = tmp_path / "out", [LargeTable("visits", folder / "visits.parquet")]
    calls = []
    with pytest.raises(EndedError):
        write_parts(ends_at(4, calls), large, out, "1GB", MADE_BY)
    assert calls == [1, 2, 3, 4]
    first = {file.name: file.read_bytes() for file in (out / "scored").iterdir()}
    assert len(first) == 3
    monkeypatch.setattr(PatientParts, "cut", lambda *_: pytest.fail("the tables were cut again"))
    write_parts(ends_at(0, calls), large, out, "1GB", MADE_BY)
    assert calls == [1, 2, 3, 4, 4, 5, 6, 7, 8, 9]
    assert {name: (out / "scored" / name).read_bytes() for name in first} == first
    same(mt.score_total_improvement(mt.load_visits()), read(out / "scored"), ["patient_id", "week"])
    assert sorted(file.name for file in out.iterdir()) == ["run.json", "scored"]  # no ids are kept
    write_parts(ends_at(1, calls), large, out, "1GB", MADE_BY)
    assert len(calls) == 10


def test_a_process_that_is_killed_leaves_whole_files_and_goes_on(folder, tmp_path):
    out = tmp_path / "out"
    program = f"""
import os, sys
from myositis_tools.exchange.parts import in_parts as rooms
import myositis_tools as mt
rooms._BYTES_PER_ROW = 10_000_000
calls = 0
def work(visits):
    global calls
    calls += 1
    if calls == 3 and sys.argv[1] == "killed":
        os._exit(9)
    return {{"scored": mt.score_total_improvement(visits)}}
rooms.in_parts(work, {str(out)!r}, memory="1GB", made_by={MADE_BY!r}, visits={str(folder / "visits.parquet")!r})
"""
    command = [sys.executable, "-c", program]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    assert subprocess.run([*command, "killed"], env=environment, check=False).returncode == 9
    assert len(read(out / "scored")) > 0
    assert (out / ".unfinished").stat().st_mode & 0o077 == 0  # it holds the ids of patients
    assert subprocess.run([*command, "whole"], env=environment, check=False).returncode == 0
    same(mt.score_total_improvement(mt.load_visits()), read(out / "scored"), ["patient_id", "week"])


def test_a_cutting_that_was_ended_is_done_again(folder, tmp_path, monkeypatch):
    out, large = tmp_path / "out", [LargeTable("visits", folder / "visits.parquet")]
    whole = PatientParts.cut

    def half(self, count):
        whole(self, count)
        raise EndedError

    monkeypatch.setattr(PatientParts, "cut", half)
    with pytest.raises(EndedError):
        write_parts(ends_at(0, []), large, out, "1GB", MADE_BY)
    monkeypatch.setattr(PatientParts, "cut", whole)
    write_parts(ends_at(0, []), large, out, "1GB", MADE_BY)
    assert len(read(out / "scored")) == 512


def test_a_full_disk_is_one_clear_error_and_what_was_written_stays(folder, tmp_path, monkeypatch):
    from myositis_tools.exchange.parts import unfinished_run

    whole = unfinished_run.put

    def full(files):
        if "part-00003" in str(next(iter(files))):
            raise OSError(errno.ENOSPC, "No space left on device", str(next(iter(files))))
        return whole(files)

    monkeypatch.setattr(unfinished_run, "put", full)
    command = ["score", folder / "visits.parquet", "--out", tmp_path / "out", "--memory", "1GB"]
    status, told = run(*command)
    assert status == 2
    assert "part-00003.parquet cannot be written (No space left on device)" in " ".join(told.split())
    monkeypatch.setattr(unfinished_run, "put", whole)
    status, told = run(*command)
    assert (status, "512 visits scored" in told) == (0, True)


@pytest.mark.parametrize("changed", ["data", "options", "version"])
def test_a_folder_of_another_run_is_refused(changed, folder, tmp_path, monkeypatch):
    large = [LargeTable("visits", folder / "visits.parquet")]
    write_parts(ends_at(0, []), large, tmp_path / "out", "1GB", MADE_BY)
    if changed == "data":
        mt.load_visits()[1:].to_parquet(folder / "visits.parquet")
    if changed == "version":
        monkeypatch.setattr("myositis_tools.exchange.parts.unfinished_run.package", lambda: "myositis_tools 9.9")
    with pytest.raises(OptionError, match="holds the results of another run"):
        write_parts(ends_at(0, []), large, tmp_path / "out", "1GB", MADE_BY + " with more" * (changed == "options"))
    assert len(read(tmp_path / "out/scored")) == 512


def test_a_folder_with_something_else_in_it_is_refused(folder):
    command = ["score", folder / "visits.parquet", "--memory", "1GB", "--out"]
    status, told = run(*command, folder)
    assert (status, "is not empty, and holds no run" in " ".join(told.split())) == (2, True)
    status, told = run(*command, folder / "visits.parquet")
    assert (status, "is a file" in " ".join(told.split())) == (2, True)
    assert len(pd.read_parquet(folder / "visits.parquet")) == 512


# -------------------------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("memory", "found"), [("2GB", 2 * 10**9), ("800MB", 8 * 10**8), ("1.5GiB", 1_610_612_736), (" 4 GB ", 4 * 10**9)]
)
def test_a_size_of_memory(memory, found):
    assert memory_bytes(memory) == found


@pytest.mark.parametrize("memory", ["", "2", "2 gigabytes", "-2GB", "599MB", "1e3GB", "GB"])
def test_what_is_no_size_of_memory_is_refused(memory, folder, tmp_path):
    with pytest.raises(OptionError):
        rooms.in_parts(scored, tmp_path / "out", memory=memory, made_by=MADE_BY, visits=folder / "visits.parquet")
    assert not (tmp_path / "out").exists()


def test_what_is_not_there_cannot_be_read_or_has_no_patients_is_refused(tmp_path):
    def asked(path):
        return rooms.in_parts(scored, tmp_path / "out", made_by=MADE_BY, visits=path)

    (tmp_path / "broken.parquet").write_text("PAR1 no")
    (tmp_path / "visits.csv").write_text("patient_id\nA\n")
    (tmp_path / "empty").mkdir()
    pd.DataFrame({"week": [0]}).to_parquet(tmp_path / "nobody.parquet")
    for path, error, words in (
        ("nothing.parquet", NotFoundError, "There is no file"),
        ("empty", NotFoundError, "holds no .parquet file"),
        ("visits.csv", OptionError, "is not worked on in parts"),
        ("broken.parquet", WrongTypeError, "broken.parquet cannot be read"),
        ("nobody.parquet", MissingColumnError, "lacks a column: patient_id"),
    ):
        with pytest.raises(error, match=words):
            asked(tmp_path / path)
    assert not (tmp_path / "out").exists()


def test_errors_in_the_data_are_listed_and_the_part_is_not_written(folder, tmp_path):
    visits = mt.load_visits()
    visits.loc[7, "haq_di"] = 4.0
    visits.to_parquet(folder / "visits.parquet")
    status, told = run("score", folder / "visits.parquet", "--out", tmp_path / "out", "--memory", "1GB")
    assert status == 1
    assert "line 9, patient" in told
    assert "fix the errors in the data first" in told
    assert f"Then remove {tmp_path / 'out'}" in told
    assert "visits scored" not in told


def test_what_is_not_done_in_parts_says_so(folder, tmp_path):
    words = ["--out", tmp_path / "out", "--memory", "1GB"]
    assert "not made in parts" in run("score", folder / "visits.parquet", "--adam", *words)[1]
    assert "Parts need a kind and a folder" in run("check", folder / "visits.parquet", *words)[1]


# ---------------------------------------------------------------------------------------------------- one type a column


def test_a_column_has_one_type_in_every_part(tmp_path):
    table = pd.DataFrame({"patient_id": list("ABCDEFGH"), "count": [1, None, None, None, None, None, None, None]})
    table = table.assign(count=table["count"].astype("Int64"), yes=[True, *[None] * 7], said=["x", *[None] * 7])
    table.to_parquet(tmp_path / "visits.parquet")

    def work(visits):
        return {"made": visits.assign(note=None, whole=visits["count"].astype("float64"))}

    out = rooms.in_parts(work, tmp_path / "out", memory="650MB", made_by=MADE_BY, visits=tmp_path / "visits.parquet")
    with duckdb.connect() as connection:
        kinds = {tuple(map(str, connection.read_parquet(str(file)).types)) for file in sorted(out["made"].iterdir())}
        assert kinds == {("VARCHAR", "BIGINT", "BOOLEAN", "VARCHAR", "VARCHAR", "DOUBLE")}


def test_a_type_that_would_lose_something_is_left(tmp_path):
    import pyarrow.parquet as pq

    pd.DataFrame({"patient_id": [1], "dose": [1]}).to_parquet(tmp_path / "given.parquet")
    made = as_typed_parquet(pd.DataFrame({"patient_id": ["patient 1"], "dose": [1.5]}), [tmp_path / "given.parquet"])
    (tmp_path / "made.parquet").write_bytes(made)
    assert pq.read_table(tmp_path / "made.parquet").to_pydict() == {"patient_id": ["patient 1"], "dose": [1.5]}
