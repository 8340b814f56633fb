"""Somebody whose notebook shows rows of patients is told so once, by JupyterLab; no file holds them unasked.

JupyterLab saves by itself as well, while nobody looks: it is made to do so every few seconds here.
"""

import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect
from playwright.sync_api import TimeoutError as NothingCame

from tests.browser.conftest import PATIENCE

pytestmark = pytest.mark.browser

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Our cohort"]},
        {
            "cell_type": "code",
            "id": "b",
            "execution_count": 3,
            "metadata": {},
            "source": ["visits.head(1)"],
            "outputs": [
                {
                    "output_type": "execute_result",
                    "execution_count": 3,
                    "metadata": {},
                    "data": {"text/plain": ["  patient_id  week\n", "0       4711     0"]},
                }
            ],
        },
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


AUTOSAVE_SECONDS = 3


@pytest.fixture
def given(tmp_path):
    written = tmp_path / "given" / "ours.ipynb"
    written.parent.mkdir()
    written.write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    return written


def add(page: Page, text: str) -> None:
    """Type at the end of the cell that shows rows of patients."""
    page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)  # at once: a dialog that opens takes the keys


def is_save(asked: Request) -> bool:
    return "/api/contents/" in asked.url and asked.method == "PUT"


def save(page: Page) -> int:
    """Press Ctrl+S, again where JupyterLab is still starting and lets it pass; give what the server answered."""
    for _ in range(9):
        try:
            with page.expect_request(is_save, timeout=PATIENCE / 9) as asked:
                page.keyboard.press("Control+s")
        except NothingCame:
            continue
        answer = asked.value.response()
        assert answer is not None
        return answer.status
    pytest.fail("JupyterLab takes no Ctrl+S.")


def is_told(page: Page) -> None:
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Not saved yet")
    expect(dialog).to_contain_text("cell 2 (marked [3])")
    expect(dialog).to_contain_text("saved without these outputs")


def close(page: Page) -> None:
    page.locator(".jp-Dialog").get_by_role("button").last.click()
    expect(page.locator(".jp-Dialog")).to_have_count(0)


def holds_no_rows(saved: Path) -> bool:
    text = saved.read_text(encoding="utf-8")
    return "4711" not in text and "Rows of patients were left out" in text


def test_the_first_save_says_so_the_second_leaves_the_rows_out_and_a_word_in_the_notebook_keeps_them(
    page_of, given, tmp_path
):
    page = page_of("own lab", given)
    saved = tmp_path / "ours.ipynb"
    add(page, "  # looked at")
    assert save(page) == 400
    is_told(page)
    assert "looked at" not in saved.read_text(encoding="utf-8")
    close(page)

    add(page, " twice")
    assert save(page) == 200
    assert "looked at twice" in saved.read_text(encoding="utf-8")
    assert holds_no_rows(saved)
    expect(page.locator(".jp-OutputArea-output")).to_contain_text("4711")

    page.locator(".jp-MarkdownCell").dblclick()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nRows of patients are kept.")
    assert save(page) == 200
    assert "4711" in saved.read_text(encoding="utf-8")
    expect(page.locator(".jp-Dialog")).to_have_count(0)


def test_a_save_of_jupyterlabs_own_says_so_and_those_after_it_bring_no_rows_into_the_file(page_of, given, tmp_path):
    settings = tmp_path / ".settings" / "@jupyterlab" / "docmanager-extension"
    settings.mkdir(parents=True)
    (settings / "plugin.jupyterlab-settings").write_text(json.dumps({"autosaveInterval": AUTOSAVE_SECONDS}))
    page = page_of("own lab", given)
    saved = tmp_path / "ours.ipynb"
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if is_save(answer.request) else None)

    def wait_for_saves(*expected: int) -> None:
        end = time.monotonic() + PATIENCE / 1000
        while len(answers) < len(expected) and time.monotonic() < end:
            page.wait_for_timeout(100)
        assert answers == list(expected)

    add(page, "  # looked at")
    wait_for_saves(400)
    is_told(page)
    wait_for_saves(400, 200)  # nobody has answered the dialog
    assert "looked at" in saved.read_text(encoding="utf-8")
    assert holds_no_rows(saved)
    is_told(page)

    close(page)
    expect(page.locator(".jp-OutputArea-output")).to_contain_text("4711")
    add(page, " twice")
    wait_for_saves(400, 200, 200)
    assert holds_no_rows(saved)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
