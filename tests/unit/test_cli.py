"""The command line: what it copies, what it never overwrites, what it says, what it starts."""

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import myositis_tools as mt
from myositis_tools import cli
from myositis_tools.cli import notebook_copies, servers


@pytest.fixture
def shipped(tmp_path):
    """What a first version of the package brings."""
    folder = tmp_path / "shipped"
    for name, text in {"00_a.ipynb": "a, first", "solutions/01_b.ipynb": "b, first"}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "my notebooks"


def run(*arguments):
    return CliRunner().invoke(cli.make_commands(), [str(argument) for argument in arguments])


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# The copy in the user's folder


def test_a_new_folder_gets_everything_and_a_record_of_it(shipped, mine):
    assert notebook_copies.copy_notebooks(shipped, mine) == []
    assert names(mine) == [".myositis_tools.json", "00_a.ipynb", "solutions/01_b.ipynb"]
    assert (mine / "solutions/01_b.ipynb").read_text() == "b, first"


def test_checkpoints_and_hidden_files_are_not_copied(shipped, mine):
    (shipped / ".ipynb_checkpoints").mkdir()
    (shipped / ".ipynb_checkpoints" / "00_a-checkpoint.ipynb").write_text("old")
    (shipped / ".DS_Store").write_text("")
    notebook_copies.copy_notebooks(shipped, mine)
    assert names(mine) == [".myositis_tools.json", "00_a.ipynb", "solutions/01_b.ipynb"]


def test_what_the_user_changed_is_kept_without_a_word_while_nothing_is_newer(shipped, mine):
    notebook_copies.copy_notebooks(shipped, mine)
    (mine / "00_a.ipynb").write_text("a, mine")
    assert notebook_copies.copy_notebooks(shipped, mine) == []
    assert (mine / "00_a.ipynb").read_text() == "a, mine"
    assert "00_a.new.ipynb" not in names(mine)


def test_what_the_user_left_alone_follows_a_newer_version(shipped, mine):
    notebook_copies.copy_notebooks(shipped, mine)
    (shipped / "00_a.ipynb").write_text("a, second")
    assert notebook_copies.copy_notebooks(shipped, mine) == []
    assert (mine / "00_a.ipynb").read_text() == "a, second"


def test_what_the_user_changed_is_kept_and_the_newer_one_is_put_beside_it_once(shipped, mine):
    notebook_copies.copy_notebooks(shipped, mine)
    (mine / "00_a.ipynb").write_text("a, mine")
    (shipped / "00_a.ipynb").write_text("a, second")
    assert notebook_copies.copy_notebooks(shipped, mine) == [
        "00_a.ipynb has changes of yours and was kept; the newer one is beside it as 00_a.new.ipynb."
    ]
    assert (mine / "00_a.ipynb").read_text() == "a, mine"
    assert (mine / "00_a.new.ipynb").read_text() == "a, second"
    (mine / "00_a.new.ipynb").unlink()  # looked at, done with
    assert notebook_copies.copy_notebooks(shipped, mine) == []
    assert not (mine / "00_a.new.ipynb").exists()


def test_the_one_beside_is_replaced_unless_the_user_wrote_in_it(shipped, mine):
    notebook_copies.copy_notebooks(shipped, mine)
    (mine / "00_a.ipynb").write_text("a, mine")
    (mine / "solutions/01_b.ipynb").write_text("b, mine")
    for version in ("second", "third"):
        for letter, name in (("a", "00_a"), ("b", "solutions/01_b")):
            (shipped / f"{name}.ipynb").write_text(f"{letter}, {version}")
        notebook_copies.copy_notebooks(shipped, mine)
        if version == "second":
            (mine / "00_a.new.ipynb").write_text("a, second, with notes of mine")
    assert (mine / "00_a.new.ipynb").read_text() == "a, second, with notes of mine"
    assert (mine / "00_a.new2.ipynb").read_text() == "a, third"
    assert (mine / "solutions/01_b.new.ipynb").read_text() == "b, third"
    assert not (mine / "solutions/01_b.new2.ipynb").exists()


def test_what_the_user_deleted_comes_back(shipped, mine):
    notebook_copies.copy_notebooks(shipped, mine)
    (mine / "00_a.ipynb").unlink()
    assert notebook_copies.copy_notebooks(shipped, mine) == []
    assert (mine / "00_a.ipynb").read_text() == "a, first"


@pytest.mark.parametrize("record", [None, "not json {", "[1, 2]", "{}"])
def test_without_a_readable_record_every_file_that_differs_counts_as_the_users(shipped, mine, record):
    notebook_copies.copy_notebooks(shipped, mine)
    (mine / notebook_copies.RECORD).unlink()
    if record is not None:
        (mine / notebook_copies.RECORD).write_text(record)
    (shipped / "00_a.ipynb").write_text("a, second")
    assert len(notebook_copies.copy_notebooks(shipped, mine)) == 1
    assert (mine / "00_a.ipynb").read_text() == "a, first"
    assert (mine / "00_a.new.ipynb").read_text() == "a, second"


def test_a_file_of_the_users_that_was_there_first_is_kept(shipped, mine):
    mine.mkdir()
    (mine / "00_a.ipynb").write_text("written before")
    assert len(notebook_copies.copy_notebooks(shipped, mine)) == 1
    assert (mine / "00_a.ipynb").read_text() == "written before"


def test_the_folder_of_the_notebooks_themselves_is_left_as_it_is(shipped):
    before = names(shipped)
    assert notebook_copies.copy_notebooks(shipped, shipped.parent / "." / "shipped") == []
    assert names(shipped) == before


def test_an_interrupted_copy_leaves_no_half_notebook(shipped, mine, monkeypatch):
    notebook_copies.copy_notebooks(shipped, mine)
    (shipped / "00_a.ipynb").write_text("a, second")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        notebook_copies.copy_notebooks(shipped, mine)
    monkeypatch.undo()
    assert (mine / "00_a.ipynb").read_text() == "a, first"
    notebook_copies.copy_notebooks(shipped, mine)
    assert (mine / "00_a.ipynb").read_text() == "a, second"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(["a.ipynb", "a.new.ipynb", "b.ipynb"])),
        st.tuples(st.just("delete"), st.sampled_from(["a.ipynb", "a.new.ipynb", "b.ipynb"])),
        st.tuples(st.just("ship"), st.sampled_from(["a.ipynb", "b.ipynb"])),
        st.tuples(st.just("forget"), st.just(notebook_copies.RECORD)),
    ),
    max_size=12,
)


@given(steps=STEPS)
def test_nothing_a_user_wrote_is_ever_lost(tmp_path_factory, steps):
    """Whatever is written, deleted and shipped in whatever order: each file holds what the user last wrote there."""
    place = tmp_path_factory.mktemp("steps")
    shipped, mine = place / "shipped", place / "mine"
    shipped.mkdir()
    for name in ("a.ipynb", "b.ipynb"):
        (shipped / name).write_text(f"shipped {name} 0")
    notebook_copies.copy_notebooks(shipped, mine)
    written = {}
    for number, (action, name) in enumerate(steps, start=1):
        if action == "write":
            written[name] = f"mine {number}"
            (mine / name).write_text(written[name])
        elif action == "ship":
            (shipped / name).write_text(f"shipped {name} {number}")
        else:
            (mine / name).unlink(missing_ok=True)
            written.pop(name, None)
        notebook_copies.copy_notebooks(shipped, mine)
        assert {name: (mine / name).read_text() for name in written} == written
        assert {"a.ipynb", "b.ipynb"} <= set(names(mine))


# The commands


@pytest.fixture
def started(monkeypatch):
    """Note what would be started, and start nothing."""
    calls = []
    monkeypatch.setattr(servers, "start_lab", lambda *given: calls.append(("lab", *given)))
    monkeypatch.setattr(servers, "start_voila", lambda *given: calls.append(("voila", *given)))
    return calls


def test_lab_copies_and_starts(started, mine):
    result = run("lab", "--folder", mine, "--port", "8900", "--no-browser")
    assert result.exit_code == 0, result.output
    assert started == [("lab", mine.resolve(), ["--ServerApp.port=8900", "--no-browser"])]
    first = notebook_copies.FIRST_NOTEBOOK
    assert (mine / first).read_bytes() == (notebook_copies.shipped_notebooks() / first).read_bytes()
    assert f"begin with {notebook_copies.FIRST_NOTEBOOK}" in result.output


def test_lab_can_copy_only(started, mine):
    assert run("lab", "--folder", mine, "--no-start").exit_code == 0
    assert started == []
    assert notebook_copies.FIRST_NOTEBOOK in names(mine)


def test_lab_says_what_it_kept(started, mine):
    run("lab", "--folder", mine, "--no-start")
    (mine / notebook_copies.FIRST_NOTEBOOK).write_text("mine")
    (mine / notebook_copies.RECORD).unlink()
    assert "00_start_here.ipynb has changes of yours and was kept" in run("lab", "--folder", mine).output
    assert len(started) == 1


def test_lab_refuses_a_folder_that_is_a_file(started, tmp_path):
    (tmp_path / "notes.txt").write_text("")
    result = run("lab", "--folder", tmp_path / "notes.txt")
    assert result.exit_code == 2
    assert "notes.txt cannot be used as a folder" in result.output
    assert started == []


@pytest.mark.parametrize(
    ("words", "files", "view"),
    [
        (["open"], [], "cohort"),
        (["open", "ours.csv", "ours.toml"], ["ours.csv", "ours.toml"], "cohort"),
        (["app", "eligibility"], [], "who_fits"),
        (["app", "eligibility", "ours.csv"], ["ours.csv"], "who_fits"),
        (["app", "trajectories"], [], "follow_up"),
        (["app", "effects"], [], "trial"),
        (["app", "calculator"], [], "calculator"),
        (["app", "mapping"], [mt.own_data_file()], "cohort"),
        (["app", "mapping", "ours.csv"], ["ours.csv"], "cohort"),
    ],
)
def test_open_and_app_start_the_page_and_tell_it_the_files_and_the_view(
    started, monkeypatch, tmp_path, words, files, view
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYOSITIS_TOOLS_PAGE", "")
    for name in ("ours.csv", "ours.toml"):
        (tmp_path / name).write_text("")
    result = run(*words, "--no-browser")
    assert result.exit_code == 0, result.output
    [(program, page, options)] = started
    assert (program, page.name, options) == ("voila", "cohort.ipynb", ["--no-browser"])
    assert page.is_file()
    said = json.loads(os.environ["MYOSITIS_TOOLS_PAGE"])
    assert said == {"files": [str((tmp_path / file).resolve()) for file in files], "view": view}


def test_a_file_that_is_not_there_is_said_before_anything_starts(started, tmp_path):
    result = run("open", tmp_path / "nope.xlsx")
    assert result.exit_code == 2
    assert "nope.xlsx" in result.output
    assert started == []


@pytest.mark.parametrize(
    "arguments", [(), ("nothing",), ("app",), ("app", "nothing"), ("lab", "--port", "0"), ("lab", "--wrong")]
)
def test_wrong_usage_is_status_2_with_help(started, arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.output
    assert started == []


@pytest.mark.parametrize("arguments", [(), ("lab",), ("app",), ("open",), ("class",)])
def test_help_has_an_example(arguments):
    result = run(*arguments, "--help")
    assert result.exit_code == 0
    assert not arguments or "Example: myositis-tools" in result.output


def test_version():
    result = run("--version")
    assert (result.exit_code, result.output) == (0, f"myositis_tools {mt.__version__}\n")


@pytest.mark.parametrize("missing", ["typer", "jupyterlab", "voila"])
def test_without_the_lab_extra_there_is_one_sentence_that_names_it(monkeypatch, capsys, mine, missing):
    monkeypatch.setitem(sys.modules, missing, None)  # as if it were not installed
    arguments = ["app", "eligibility"] if missing == "voila" else ["lab", "--folder", str(mine)]
    monkeypatch.setattr(sys, "argv", ["myositis-tools", *arguments])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert capsys.readouterr().err == (
        'This command needs the parts for notebooks and apps: pip install "myositis_tools[lab]"\n'
    )


# Completion in a shell


def completed(monkeypatch, *words):
    monkeypatch.setenv("_MYOSITIS_TOOLS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", " ".join(("myositis-tools", *words)))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    return CliRunner().invoke(cli.make_commands(), [], prog_name="myositis-tools").output.split()


def test_a_shell_completes_commands_options_and_apps(monkeypatch):
    assert completed(monkeypatch, "sc") == ["score", "screen"]
    assert completed(monkeypatch, "app", "m") == ["mapping", "mmt"]
    assert completed(monkeypatch, "score", "visits.csv", "--pop") == ["--population"]


def test_completion_can_be_shown_and_installed(monkeypatch):
    said = run("--help").output
    assert "--install-completion" in said
    assert "--show-completion" in said
    monkeypatch.setenv("_MYOSITIS_TOOLS_COMPLETE", "source_bash")
    script = CliRunner().invoke(cli.make_commands(), [], prog_name="myositis-tools").output
    assert "complete -o default -F _myositis_tools_completion myositis-tools" in script


# The pages of the apps


def test_the_page_is_one_call():
    page = json.loads((notebook_copies.PACKAGE / "apps" / "pages" / "cohort.ipynb").read_text(encoding="utf-8"))
    [cell] = page["cells"]
    assert "".join(cell["source"]) == "from myositis_tools.apps.cohort.page import open_page\n\nopen_page()"
    assert page["metadata"]["title"] == "myositis_tools"


def test_the_page_opens_what_the_command_says(started, monkeypatch, tmp_path):
    from myositis_tools.apps.cohort.page import open_page

    (tmp_path / "visits.csv").write_text("patient_id,week,haq_di\nA,0,1\nA,12,0.5\n")
    monkeypatch.setenv("MYOSITIS_TOOLS_PAGE", "")
    assert run("app", "trajectories", tmp_path / "visits.csv").exit_code == 0
    assert len(started) == 1
    page = open_page()
    assert (page.model.cohort.name, page.model.view, page.bar.is_page) == ("visits.csv", "follow_up", True)
    monkeypatch.delenv("MYOSITIS_TOOLS_PAGE")
    assert open_page().model.cohort.is_sample
