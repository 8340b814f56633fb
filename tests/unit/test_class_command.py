"""`myositis-tools class`, up to the moment a server would start."""

import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from myositis_tools import cli
from myositis_tools.cli import classroom, voila_server
from myositis_tools.cli.classroom import join_code, room_handlers, room_server
from myositis_tools.cli.classroom.class_answers_told import HIDDEN, NONE_YET, answers_told
from myositis_tools.lessons import AnswerSheet, find_exercise
from myositis_tools.report import document, printing


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Note which room would be held."""
    rooms = []
    monkeypatch.setattr(room_server, "serve_class", lambda room, **_: rooms.append(room))
    monkeypatch.setattr(classroom, "free_megabytes", lambda: 64_000)
    monkeypatch.setattr(classroom, "own_address", lambda: "192.0.2.7")
    monkeypatch.setenv("MYOSITIS_TOOLS_ANSWERS", "")
    monkeypatch.chdir(tmp_path)
    return rooms


def hold(*arguments):
    return CliRunner().invoke(cli.make_commands(), ["class", *map(str, arguments)])


def test_a_class_is_on_this_machine_alone_and_tells_where(started, tmp_path):
    result = hold("--learners", 12, "--folder", tmp_path / "answers", "--port", 8999)
    assert result.exit_code == 0, result.output
    [room] = started
    assert (room.needs.learners, room.needs.places, room.is_shared) == (12, 16, False)
    assert room.join_address == "http://127.0.0.1:8999/"
    assert f"Learners open    {room.join_address}\n" in result.output
    assert f"You open         http://127.0.0.1:8999/teacher?key={room.teacher_key}\n" in result.output
    assert os.environ["MYOSITIS_TOOLS_ANSWERS"] == str(tmp_path / "answers")
    assert result.output.startswith("Needed: ")


def test_papers_are_written_and_no_room_is_held(started, tmp_path, monkeypatch):
    monkeypatch.setattr(document, "as_pdf", lambda _: b"%PDF")
    result = hold("--papers", tmp_path / "papers", "--course", "twenty_minutes", "--language", "de")
    assert result.exit_code == 0, result.output
    names = [
        f"{name}-de.{end}" for name in ("teacher-notes", "slides", "handout", "answer-sheet") for end in ("html", "pdf")
    ]
    assert sorted(path.name for path in (tmp_path / "papers").iterdir()) == sorted(names)
    assert [line.rpartition("/")[2] for line in result.output.split()] == names
    assert started == []


def test_papers_without_a_browser_are_pages_and_it_is_said_once(started, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "_browser", lambda: None)
    result = hold("--papers", tmp_path, "--course", "twenty_minutes")
    assert result.exit_code == 0, result.output
    assert result.output.count("There is no Chromium or Chrome to make a PDF with") == 1
    assert {path.suffix for path in tmp_path.iterdir()} == {".html"}
    assert started == []


def test_a_shared_class_has_a_token_made_fresh(started):
    for _ in range(2):
        assert hold("--share", "--base-url", "course", "--port", 8999).exit_code == 0
    first, second = started
    assert first.join_address == f"http://192.0.2.7:8999/course/?token={first.token}"
    assert len({first.token, second.token, first.teacher_key, second.teacher_key}) == 4
    assert min(len(secret) for secret in (first.token, first.teacher_key)) >= 21  # 16 bytes
    assert first.token not in repr(first)


def test_behind_a_proxy_its_address_is_told(started):
    assert hold("--share", "--address", "https://class.example.org/course", "--port", 8999).exit_code == 0
    assert started[0].join_address.startswith("https://class.example.org/course/?token=")
    assert started[0].base_url == "/course/"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--base-url", "/a b/"), "is no prefix"),
        (("--address", "class.example.org"), "is no address"),
        (("--address", "https://class.example.org/course", "--base-url", "/other/"), "does not end with /other/"),
        (("--course", "a_week"), "a_week is no course; ninety_minutes"),
        (("--learners", "0"), "--learners"),
        (("--folder", "notes.txt"), "notes.txt cannot be used as a folder"),
        (("--papers", "notes.txt"), "notes.txt cannot be used as a folder"),
        (("--papers", "papers", "--language", "fr"), "fr is no language; en, nl, de"),
    ],
)
def test_wrong_usage_is_said_before_anything_starts(started, tmp_path, words, said):
    (tmp_path / "notes.txt").write_text("")
    result = hold(*words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split()).replace("│ ", "")
    assert started == []


def test_a_port_in_use_is_said_and_without_one_the_next_is_taken(started, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = hold("--port", port)
        assert result.exit_code == 2
        assert f"Something else uses {port} already" in result.output
        monkeypatch.setattr(classroom, "USUAL_PORT", port)
        assert hold().exit_code == 0
    assert started[0].port > port


def test_too_little_memory_is_refused_with_what_fits(started, monkeypatch):
    monkeypatch.setattr(classroom, "free_megabytes", lambda: 4_000)
    refused = hold("--learners", 30)
    assert refused.exit_code == 2
    assert started == []
    fits = refused.output.split("Here --learners ")[1].split(" ")[0]
    assert hold("--learners", fits).exit_code == 0
    assert hold("--learners", 30, "--anyway").exit_code == 0
    assert len(started) == 2


def test_the_time_a_page_is_kept_begins_when_its_browser_is_gone():
    kernels = voila_server.PageKernels()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    kernels._kernels["one"] = SimpleNamespace(last_activity=long_ago)
    kernels._kernel_connections = {"one": 1}
    kernels.notify_disconnect("one")
    kernels.notify_disconnect("another")  # ended before its browser went
    assert datetime.now(UTC) - kernels._kernels.pop("one").last_activity < timedelta(minutes=1)


def test_where_home_is_read_only_jupyter_writes_elsewhere(monkeypatch, tmp_path):
    from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir

    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "file" / "in a file"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "can be made"))
    monkeypatch.setenv("JUPYTER_PATH", "")
    voila_server.write_elsewhere_if_home_is_read_only()
    assert Path(jupyter_data_dir()).is_dir()
    assert jupyter_runtime_dir() == str(tmp_path / "can be made")
    assert os.environ["JUPYTER_PATH"] == str(tmp_path / "file" / "in a file")


def test_the_code_of_an_address_is_drawn_here():
    pytest.importorskip("segno")
    drawn = join_code.code_as_svg("http://192.0.2.7:8866/?token=abc")
    assert drawn.startswith("<svg")
    assert "http://192.0.2.7" not in drawn.replace("http://www.w3.org/2000/svg", "")
    text = join_code.code_as_text("http://192.0.2.7:8866/?token=abc").splitlines()
    assert len({len(line) for line in text}) == 1
    assert set("".join(text)) == set("█▀▄ ")


@pytest.mark.usefixtures("started")
def test_without_segno_the_address_alone_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "segno", None)
    result = hold()
    assert result.exit_code == 0, result.output
    assert join_code.WITHOUT_A_CODE in result.output
    assert join_code.code_as_svg("x") == ""


def test_the_views_a_class_is_shown_are_views_of_the_page():
    from myositis_tools.apps.cohort.views import VIEWS

    assert room_handlers.APPS.keys() <= VIEWS.keys()


def test_answers_are_told_with_small_counts_hidden_until_revealed(tmp_path):
    assert NONE_YET in answers_told(tmp_path, "ninety_minutes", reveal=False)
    for seat in range(1, 8):
        exercise = find_exercise("ceiling", seat=seat)
        answer = exercise.solution() if seat < 7 else next(iter(exercise.misconceptions().values()))
        sheet = AnswerSheet("ninety_minutes", seat)
        sheet.record(exercise, answer, exercise.check(answer))
        sheet.write(tmp_path)
    (tmp_path / "answers-<b>.json").write_text("half a fi")
    hidden, revealed = (answers_told(tmp_path, "ninety_minutes", reveal=reveal) for reveal in (False, True))
    assert hidden.count("<section") == revealed.count("<section") == 1
    assert "</span>6</td>" in revealed
    assert "</span>1</td>" in revealed
    assert "</span>1</td>" not in hidden
    assert f">{HIDDEN}</td>" in hidden
    assert f">{HIDDEN}</td>" not in revealed
    assert "1 file to look at" in hidden
    assert "answers-&lt;b&gt;.json" in hidden


@pytest.mark.parametrize(
    ("host", "fits"),
    [
        ("127.0.0.1:8866", True),
        ("class.example.org", True),
        ("[::1]:8866", True),
        ("a; script-src *", False),
        ("", False),
    ],
)
def test_only_a_host_comes_into_the_content_policy(host, fits):
    assert bool(room_handlers._HOST.fullmatch(host)) is fits
