"""The scripts behind `make lab` and `make test`: which Python, which browser, what failed, and what is said of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path):
    """A machine on which there is a shell, and nothing else until a test puts it there."""
    (tmp_path / "bin").mkdir()
    for name in ["cat", "cmp", "grep", "id", "mkdir", "sed"]:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    (tmp_path / "lock").write_text("")
    return tmp_path


def program(place, name, script):
    path = place / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def run(place, script, *arguments, **environment):
    return subprocess.run(
        [shutil.which("sh"), ROOT / ".ci" / script, *arguments],
        cwd=place,
        env={"PATH": str(place / "bin"), "HOME": str(place), "APPLICATIONS": str(place), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# A stand-in for Python: `NAME -c CODE` succeeds unless CODE asks for something in `lacks`; all that is asked is noted.
FAKE_PYTHON = """
case "$*" in {lacks}) exit 1;; esac
echo "{name} $*" >> "{log}"
case "$*" in "-m venv --clear "*)
    mkdir -p "$4/bin"
    printf '#!/bin/sh\\necho "venv $*" >> "{log}"\\n' > "$4/bin/python"
    /bin/chmod +x "$4/bin/python";;
esac
"""


def python(place, name, *, lacks="nothing at all"):
    program(place, name, FAKE_PYTHON.format(name=name, lacks=f'*"{lacks}"*', log=place / "log"))


def asked(place):
    return (place / "log").read_text()


def test_no_python_gives_one_sentence(place):
    done = run(place, "make-venv", "venv", "lock")
    assert done.returncode != 0
    assert done.stderr.startswith("Python 3.11 or newer was not found: install it")
    assert done.stderr.count("\n") == 1


def test_a_python_that_is_too_old_is_none(place):
    python(place, "python3", lacks="version_info")
    assert "Python 3.11 or newer was not found" in run(place, "make-venv", "venv", "lock").stderr


def test_a_python_without_venv_is_named_with_the_remedy(place):
    python(place, "python3", lacks="import ensurepip")
    done = run(place, "make-venv", "venv", "lock")
    assert done.returncode != 0
    assert done.stderr.startswith("python3 is here, but not its venv module")
    assert "apt-get install python3-venv" in done.stderr


def test_the_newest_python_that_works_is_taken(place):
    """A name in PATH may have no Python behind it, and a Python may have no venv."""
    program(place, "python3.14", "exit 127")
    python(place, "python3.13", lacks="import ensurepip")
    python(place, "python3.12")
    python(place, "python3.11")
    assert run(place, "make-venv", "venv", "lock").returncode == 0
    assert "python3.12 -m venv --clear venv" in asked(place)


def test_python_can_be_chosen(place):
    python(place, "python3.12")
    python(place, "my python")
    assert run(place, "make-venv", "venv", "lock", PYTHON=str(place / "bin" / "my python")).returncode == 0
    assert "my python -m venv --clear venv" in asked(place)


def test_a_chosen_python_that_is_not_there_is_said(place):
    python(place, "python3.12")
    done = run(place, "make-venv", "venv", "lock", PYTHON="python9")
    assert done.returncode != 0
    assert "was not found as python9" in done.stderr


def test_the_lock_is_installed_once_and_again_only_when_it_changed(place):
    python(place, "python3.12")
    run(place, "make-venv", "venv", "lock")
    first = asked(place)
    assert "--require-hashes -r lock" in first
    assert "--no-deps --no-build-isolation -e ." in first
    run(place, "make-venv", "venv", "lock")
    again = asked(place)[len(first) :]
    assert "--require-hashes" not in again
    assert "--no-deps --no-build-isolation -e ." in again
    (place / "lock").write_text("changed")
    run(place, "make-venv", "venv", "lock")
    assert "--clear" in asked(place)[len(first) + len(again) :]


def test_a_browser_that_only_pretends_is_passed_over(place):
    program(place, "chromium", "echo install the snap first >&2; exit 10")
    chrome = program(place, "google-chrome", "echo 1.0")
    assert run(place, "find-chromium").stdout.strip() == str(chrome)


def test_the_browser_can_be_chosen(place):
    program(place, "chromium", "echo 1.0")
    mine = program(place, "my browser", "echo 1.0")
    assert run(place, "find-chromium", MYOSITIS_TOOLS_CHROMIUM=str(mine)).stdout.strip() == str(mine)


def test_no_browser_and_no_way_to_get_one_is_a_failure_with_a_sentence(place):
    program(place, "apt-get", "exit 100")
    program(place, "sudo", "exit 1")
    done = run(place, "find-chromium")
    assert done.returncode != 0
    assert done.stdout == ""
    assert "The browser tests need Google Chrome or Chromium" in done.stderr.splitlines()[-1]


JAVA = """echo "    java.home = /home/of/java" >&2; echo "    java.specification.version = {}" >&2"""


def test_a_java_that_is_old_or_only_pretends_is_passed_over(place):
    program(place, "java", JAVA.format(21))
    assert run(place, "find-java").stdout == "/home/of/java\n"
    for other in ("exit 1", JAVA.format("1.8"), JAVA.format(11)):
        program(place, "java", other)
        done = run(place, "find-java")
        assert done.returncode != 0
        assert done.stdout == ""
        assert done.stderr.startswith("The tests of PySpark need Java 17 or newer: install it")


def test_java_is_installed_where_it_can_be(place):
    program(place, "apt-get", f"echo '{JAVA.format(17)}' > {place}/bin/java; /bin/chmod +x {place}/bin/java")
    program(place, "sudo", '"$@"')
    assert run(place, "find-java").stdout == "/home/of/java\n"


def test_locks_are_installed_one_after_the_other(place):
    python(place, "python3.12")
    (place / "second").write_text("more")
    run(place, "make-venv", "venv", "lock", "second")
    assert asked(place).index("-r lock") < asked(place).index("-r second")
    (place / "second").write_text("other")
    before = len(asked(place))
    run(place, "make-venv", "venv", "lock", "second")
    assert "--clear" in asked(place)[before:]


def test_make_lists_its_targets():
    done = subprocess.run([shutil.which("make"), "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ["lab", "test", "bench", "notebooks", "sample", "lock", "clean", "help"]:
        assert f"make {target} " in done.stdout


STAGES = """
good:
	@echo 12 passed
bad:
	@echo the trouble; exit 3
slow:
	@sleep 1; echo 7 passed
waits:
	@until test -e came; do sleep 0.1; done
comes:
	@touch came
"""


def staged(folder, *steps):
    (folder / "Makefile").write_text(STAGES)
    command = [sys.executable, ROOT / ".ci" / "stages.py", *steps]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, re.sub(r"\d+ s\b", "N s", done.stdout).splitlines()


def test_each_stage_is_reported_with_its_time(tmp_path):
    code, said = staged(tmp_path, "good", "slow")
    assert code == 0
    assert said == [
        *["good ...", "passed: good in N s", "12 passed", ""],
        *["slow ...", "passed: slow in N s", "7 passed", ""],
        *["passed: good in N s", "passed: slow in N s", "N s in all"],
    ]


def test_a_stage_that_fails_says_so_before_its_log_and_hides_no_other(tmp_path):
    code, said = staged(tmp_path, "good", "bad slow", "no-such-stage")
    assert code == 1
    assert said[said.index("FAILED: bad in N s") + 1] == "the trouble"
    assert said[-5:-3] == ["FAILED: bad in N s", "FAILED: no-such-stage in N s"]
    assert sorted(said[-3:-1]) == ["passed: good in N s", "passed: slow in N s"]


def test_stages_of_one_step_run_beside_each_other(tmp_path):
    assert staged(tmp_path, "waits comes")[0] == 0


def test_a_run_that_is_broken_off_leaves_nothing_running(tmp_path):
    (tmp_path / "Makefile").write_text("endless:\n\t@echo $$$$ > started; exec sleep 60\n")
    running = subprocess.Popen([sys.executable, ROOT / ".ci" / "stages.py", "endless"], cwd=tmp_path)
    while not (tmp_path / "started").exists() or not (tmp_path / "started").read_text():
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "started").read_text()), 0)
