"""A class of two places: who has no token, who comes third, what an abandoned page gives back."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.app import wait_until
from tests.browser.server import Server

pytestmark = pytest.mark.browser

# Long beside the second in which a page connects, short beside the patience of a test.
KEPT_SECONDS, PATIENCE_SECONDS = 10, 90


class Learner:
    """A browser that shows nothing: it keeps cookies and asks for pages."""

    def __init__(self, base):
        self.base = base
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def ask(self, path):
        """Status, words and headers."""
        try:
            answer = self._open.open(self.base + path, timeout=PATIENCE_SECONDS)
        except urllib.error.HTTPError as refused:
            answer = refused
        return answer.status, answer.read().decode(), answer.headers

    def wait_for_a_place(self):
        """Ask until a page comes; its kernel."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            status, page, _ = self.ask("apps?view=design")
            if status == 200:
                return re.search(r'"kernelId": ?"([\w-]+)"', page).group(1)
            time.sleep(0.5)
        raise AssertionError(page)


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setenv("MYOSITIS_TOOLS_KEPT_SECONDS", str(KEPT_SECONDS))
    monkeypatch.setenv("MYOSITIS_TOOLS_LOOKED_FOR_SECONDS", "1")
    server = Server("class", tmp_path)
    yield server
    server.stop()


def test_a_class_has_a_door_a_line_and_gives_back_what_is_left(room, shared):
    told = (room.folder / "server.log").read_text()
    token = re.search(r"token=(\S+)", told).group(1)
    key = re.search(r"key=(\S+)", told).group(1)
    base = f"{room.base}/room/"

    # Nobody comes in without the token, and nobody sees the teacher's page without the key.
    stranger = Learner(base)
    for path in ("", "apps", "?token=wrong", "teacher", "teacher/answers", "teacher?key=wrong"):
        assert stranger.ask(path)[0] == 403, path
    for path in ("api/kernels/1-2-3-4-5", "api/kernels/1-2-3-4-5/channels"):
        assert stranger.ask(path)[0] == 403, path
    for path in ("api/kernels", "voila/render/cohort.ipynb", "voila/query/1-2-3-4-5", "login", "voila/files/x"):
        assert stranger.ask(f"{path}?token={token}")[0] == 404, path
    assert "You need the address of the class" in stranger.ask("")[1]

    # The first learner takes a place, in a real browser.
    context = shared.browser().new_context(viewport={"width": 1400, "height": 1000})
    try:
        page = context.new_page()
        foreign = []
        page.on("request", lambda asked: foreign.append(asked.url))
        page.goto(f"{base}?token={token}")
        expect(page).to_have_url(base)
        expect(page.locator("#seat")).to_have_text("1")
        page.get_by_role("link", name="Total Improvement Score").click()
        expect(page.locator(".mt-headline")).to_contain_text("52.5")
        [first] = [kernel for kernel in room.kernels() if kernel in page.content()]

        # A second comes, who looks at nothing; for a third there is no room.
        second, third = Learner(base), Learner(base)
        for learner in (second, third):
            assert learner.ask(f"?token={token}")[0] == 200
        left_behind = second.wait_for_a_place()
        status, words, headers = third.ask("apps?view=design")
        assert (status, headers["Retry-After"]) == (503, "10")
        assert "The room is full" in words
        assert "2 of 2 places are taken." in words
        assert "location.reload(), 10 * 1000" in words
        port = room.base.rpartition(":")[2]
        assert (
            f"connect-src 'self' data: blob: ws://127.0.0.1:{port} wss://127.0.0.1:{port};"
            in (headers["Content-Security-Policy"])
        )

        # What nobody looks at is ended, and the third gets its place; the first is idle as long, and keeps hers.
        third.wait_for_a_place()
        assert left_behind not in room.kernels()
        assert first in room.kernels()
        page.get_by_role("button", name="Empty all fields").click()
        expect(page.locator(".mt-headline")).not_to_contain_text("52.5")

        # A page that is left gives its memory back at once.
        page.goto(base)
        end = time.monotonic() + KEPT_SECONDS / 2
        while first in room.kernels() and time.monotonic() < end:
            time.sleep(0.1)
        assert first not in room.kernels()

        # The teacher comes in by her key.
        page.goto(f"{base}teacher?key={key}")
        expect(page).to_have_url(f"{base}teacher")
        wait_until(page, "() => document.querySelector('#answers').textContent.length > 0")
        assert [url for url in foreign if url.startswith("http") and not url.startswith(base)] == []
    finally:
        context.close()
