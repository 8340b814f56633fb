"""Nothing overflows in the apps of one picture; the others are looked at tab by tab in tests of their own."""

import pytest

from tests.browser.app import NARROW, WIDE, fits, open_app

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["calculator", "design", "effects", "mmt"])
def test_nothing_overflows(page_of, name):
    page = open_app(page_of, "app", name, width=NARROW)
    fits(page, WIDE)
