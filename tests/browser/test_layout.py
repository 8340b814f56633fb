"""Nothing overflows in the apps of one picture; the others are looked at tab by tab in tests of their own."""

import pytest

from tests.browser.app import open_app, width_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1400, 900])
@pytest.mark.parametrize("name", ["calculator", "design", "effects"])
def test_nothing_overflows(page_of, name, width):
    page = open_app(page_of, "app", name, width=width)
    page.wait_for_timeout(1000)
    assert width_of(page) <= width
