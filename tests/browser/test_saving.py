"""Somebody who saves a notebook with rows of patients is told so once, in JupyterLab's own words, and loses nothing."""

import json

import pytest
from playwright.sync_api import expect

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


def test_the_first_save_of_rows_of_patients_says_so_and_the_second_saves(page_of, tmp_path):
    (tmp_path / "given").mkdir()
    given = tmp_path / "given" / "ours.ipynb"
    given.write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    page = page_of("own lab", given)
    saved = tmp_path / "ours.ipynb"
    cell = page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content")
    cell.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # looked at")
    page.keyboard.press("Control+s")
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Not saved yet")
    expect(dialog).to_contain_text("cell 2 (marked [3])")
    expect(dialog).to_contain_text("save again to keep them")
    assert "looked at" not in saved.read_text()
    dialog.get_by_role("button").last.click()
    expect(dialog).to_have_count(0)
    cell.click()
    with page.expect_response(lambda got: "/api/contents/" in got.url and got.request.method == "PUT") as answer:
        page.keyboard.press("Control+s")
    assert answer.value.status == 200
    assert "looked at" in saved.read_text()
    assert "4711" in saved.read_text()
    assert dialog.count() == 0
