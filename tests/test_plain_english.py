"""What a person reads is plain English: phrases that a native editor took out do not come back.

Looked at are the README, the words of the notebooks and of the exercises, and every text in the code of apps, reports
and the command line, with the docstrings that its `--help` prints.
"""

import ast
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "myositis_tools"
# what is not written: how it is written
BETTER = {
    r"\bin the way\b": "reasons for exclusion",
    r"\b(a|one) (row|line|column|lane|sheet|mark) a (patient|visit|criterion)\b": "one row per patient",
    r"\bwho(m|so)?ever\b": "anyone who, a patient who",
    r"\bof which\b|\bby which\b|\bof whom\b": "a sentence of its own",
    r"\bin nobody\b|\bin everybody\b": "in no patient, in every patient",
    r"\bgot worse\b|\bgets worse\b": "worsened",
    r"\bnought\b": "zero",
    r"\bto be mended\b|\bmended first\b": "fix",
    r"\bturn(s|ed|ing)? .{0,20}\bround\b": "reverse",
    r"\bstands? in (the|whose|anybody's) way\b": "exclude",
    r"\bcannot be decided( yet)?\b": "undecided",
    r"\bagainst the record\b|\bas in the record\b|\bthe record says\b": "published",
    r"\bcannot be\.": "is not possible",
    r"\bfor want of\b": "because ... is missing",
    r"\bwere to be followed\b": "had follow-up planned",
    r"\ball of this is known\b|\bis known already\b": "pre-computed",
    r"\bsettle[sd]?\b": "decide",
    r"\bleft within reach\b": "the most points she could still have earned",
    r"^#+ (And|Of|With|By|To) \b.*\?$": "a whole question or a noun phrase as a heading",
    r"^And .*:$": "a whole sentence",
    r"\bopens alone\b": "opens without a network",
    r"\bof what (it|they) (was|were) made\b|\bof what it is made\b": "how it was produced",
    r"\bleaves the house\b": "is shared",
}


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file of code that may be shown, each with its line: no docstring but those of commands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    of_code = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and not _is_command(node):
            of_code.add(first.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in of_code:
            yield node.lineno, node.value


def _is_command(node: ast.AST) -> bool:
    """Whether Typer shows a function's docstring."""
    return any("command" in ast.unparse(each) for each in getattr(node, "decorator_list", []))


def read_by_a_person() -> Iterator[tuple[str, str]]:
    yield "README.md", (ROOT / "README.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for place, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            if cell["cell_type"] == "markdown":
                yield f"{path.name}, cell {place}", "".join(cell["source"])
    exercises = (PACKAGE / "tables" / "exercise_texts.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(exercises.splitlines()):
        yield f"exercise_texts.csv, {row['exercise']} {row['item']}", row["en"]
    for room in ("apps", "report", "cli"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for line, text in texts_of(path):
                yield f"{path.relative_to(ROOT)}:{line}", text


@pytest.mark.parametrize(("phrase", "better"), BETTER.items())
def test_a_phrase_that_was_taken_out_does_not_come_back(phrase, better):
    found = [
        f"{place}: {match[0]!r}"
        for place, text in read_by_a_person()
        for match in re.finditer(phrase, text, flags=re.IGNORECASE | re.MULTILINE)
    ]
    assert found == [], f"write {better}"


def test_such_a_phrase_would_be_found():
    planted = {
        r"\bin the way\b": "What is in the way",
        r"^#+ (And|Of|With|By|To) \b.*\?$": "## And the score?",
        r"\bwho(m|so)?ever\b": "Whoever is lost",
    }
    for phrase, text in planted.items():
        assert re.search(phrase, text, flags=re.IGNORECASE | re.MULTILINE), phrase
        assert phrase in BETTER


def test_the_texts_of_commands_are_read_and_docstrings_of_code_are_not():
    texts = [text for _, text in texts_of(PACKAGE / "cli" / "screen.py")]
    assert any(text.startswith("Say which patients could enter a trial.") for text in texts)
    assert not any(text.startswith("Add the command to") for text in texts)
