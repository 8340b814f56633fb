"""A browser has neither processes nor every package: each app shows its sample there, or says what is missing.

One Python without those packages stands for the browser, and finds what a plain installation on pandas 2 would find.
"""

import json
import subprocess
import sys

import pytest

from myositis_tools import apps

BLOCKED = ("_multiprocessing", "polars", "statsmodels", "duckdb", "pyarrow", "jinja2")
APPS = tuple(name for name in apps.__all__ if name != "open_cohort")  # which is made of these
ASKED = f"""
import json, sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in {BLOCKED} else self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
import myositis_tools as mt

def said(call, *arguments, **options):
    try:
        return repr(call(*arguments, **options))
    except mt.errors.MyositisToolsError as error:
        return f"{{type(error).__name__}}: {{error.what}}"

found = {{name: said(getattr(mt.apps, name)) for name in {APPS}}}
assumed = mt.TrialAssumptions.of_sample()
found["two processes"] = said(mt.power_over, assumed, patients_per_arm=[12], trials=2, seed=1, workers=2)
found["a page"] = said(lambda: mt.report_patient("P151", visits=mt.load_visits()).html)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found():
    asked = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr[-2000:]
    return json.loads(asked.stdout.splitlines()[-1])


def test_every_app_shows_its_sample_or_says_what_is_missing(found):
    refused = {name: said for name, said in found.items() if name in APPS and "Error: " in said}
    missing = "MissingPackageError: This needs the package statsmodels, which is not installed here."
    assert refused == {"explore_effects": missing}
    assert found["explore_eligibility"].startswith("Of 300 screened: 75 fit, 24 are undecided")


def test_a_second_process_is_refused_with_a_sentence(found):
    assert found["two processes"].startswith("OptionError: workers=2 cannot be: Python has one process here")


def test_a_page_that_needs_another_package_says_which(found):
    assert found["a page"] == "MissingPackageError: This needs the package jinja2, which is not installed here."
