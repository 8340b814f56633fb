"""What the server of a class answers: the landing page, a page with a place, the line, the teacher's page."""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.web import HTTPError
from voila.tornado.handler import TornadoVoilaHandler

from myositis_tools.cli.classroom.room_places import MOST_PAGES_A_SEAT
from myositis_tools.cli.classroom.room_words import FORBIDDEN, NO_TEACHER, room_page, waiting_words
from myositis_tools.cli.voila_server import OWN_HOST_ONLY
from myositis_tools.lessons.texts import LANGUAGE_NAMES

if TYPE_CHECKING:
    from myositis_tools.cli.classroom.room_server import RoomServer

# What may stand in a header: the host as a browser names it, with its port.
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?")
# How often the teacher's page reads the answers.
ANSWERS_AGAIN_SECONDS = 5

# The views of the page of apps that a class is shown, with what each is for.
APPS = {
    "who_fits": ("Who fits a trial", "300 synthetic patients against the criteria of a published trial."),
    "follow_up": ("Follow-up", "Disease activity over time, in groups and for one patient."),
    "trial": ("A trial", "One arm against the other, by score, response and time."),
    "design": ("The design of a trial", "How many patients, and what that would find."),
    "calculator": ("Total Improvement Score", "One patient's six measures, and the points they give."),
    "eular_acr": ("EULAR/ACR classification", "How likely myositis is, and which."),
}


class RoomManners(JupyterHandler):
    """What all pages of a class share: a token, a seat, a policy that names their own host, and words for a refusal."""

    @property
    def room(self) -> RoomServer:
        """The server."""
        return cast("RoomServer", self.settings["room"])

    @property
    def content_security_policy(self) -> str:
        """Nothing but this host, and its sockets by name: not every browser takes 'self' for them."""
        host = self.request.host
        sockets = f"ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
        return OWN_HOST_ONLY.format(sockets=sockets)

    def set_default_headers(self) -> None:
        """Tell no other page the address: a token may stand in it."""
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    async def prepare(self, **_: Any) -> None:
        """Refuse, without a form to log in, who does not know the token."""
        await super().prepare(_redirect_to_login=False)

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say it in words."""
        title, words = FORBIDDEN if status_code == 403 else ("This does not work", f"The class answered {status_code}.")
        self.finish(self.waiting(title, words))

    def waiting(self, title: str, words: str, *, again: int = 0) -> str:
        """A page of a few words."""
        back = self.base_url if getattr(self, "current_user", None) else ""
        return room_page("waiting", title=title, words=words, again=again, back=back)

    @property
    def seat(self) -> int:
        """The seat of this browser; who has none is given one."""
        known = self.get_signed_cookie(self._seat_cookie)
        if known and known.isdigit():
            return int(known)
        given = self.room.seats.next()
        self.sit_on(given)
        return given

    def sit_on(self, seat: int) -> None:
        """Let this browser keep a seat."""
        self.set_signed_cookie(self._seat_cookie, str(seat), path=self.base_url, httponly=True, samesite="Lax")

    @property
    def _seat_cookie(self) -> str:
        return f"seat-{self.room.port}"

    def join(self) -> dict[str, Any]:
        """The address and its code."""
        return {"join": self.room.join_address, "code": self.room.join_code}


class LandingHandler(RoomManners):
    """The page on which a class begins."""

    async def get(self) -> None:
        """Show it; an address with a token is exchanged for one without, which may be seen by others."""
        if self.get_argument("token", ""):
            self.redirect(self.base_url)
            return
        seat, places = self.seat, self.room.places
        asked_seat = self.get_argument("seat", "")
        said = f"Seat {asked_seat} has a page open, or was never given: it cannot be taken." if asked_seat else ""
        languages = [
            {"key": key, "name": name, "address": self.room.course_address(seat, key)}
            for key, name in LANGUAGE_NAMES.items()
        ]
        course = {"about": self.room.about_course, "languages": languages}
        apps = [
            {"address": f"{self.base_url}apps?view={view}", "label": label, "about": about}
            for view, (label, about) in APPS.items()
        ]
        self.finish(
            room_page(
                "landing",
                seat=seat,
                said=said,
                course=course,
                apps=apps,
                most_pages=MOST_PAGES_A_SEAT,
                shared=self.room.is_shared,
                taken=len(places.taken),
                places=places.places,
                last_seat=self.room.seats.last,
                base=self.base_url,
                xsrf=self.xsrf_form_html(),
                **self.join(),
            )
        )


class SeatHandler(RoomManners):
    """Another seat, for who comes back on another machine."""

    async def post(self) -> None:
        """Change to a seat that was handed out and on which nobody is."""
        asked = self.get_body_argument("number", "")
        number = int(asked) if asked.isdigit() and len(asked) < 6 else 0
        if 0 < number <= self.room.seats.last and not self.room.places.pages_of(number):
            self.sit_on(number)
            self.redirect(self.base_url)
        else:
            self.redirect(f"{self.base_url}?seat={number}")


class PlaceHandler(RoomManners, TornadoVoilaHandler):
    """A page with a Python of its own, or the line before it."""

    def initialize(self, *, notebook: str, asks_seat: bool, **given: Any) -> None:
        """Take what Voilà gives a page, which notebook it is, and whether it looks for a seat in its address."""
        super().initialize(**given)
        self._notebook, self._asks_seat = notebook, asks_seat

    async def get(self, path: str | None = None) -> None:  # noqa: ARG002 (Voilà calls it so)
        """Send the page if there is a place, and words if there is none."""
        self.xsrf_token  # noqa: B018 (asking for it sets the cookie with which the page says that it is closed)
        seat = self.seat
        if self.get_argument("seat", "") != str(seat) and (self._asks_seat or "seat" in self.request.arguments):
            asked = [(name, value) for name, value in parse_qsl(self.request.query) if name != "seat"]
            self.redirect(f"{self.request.path}?{urlencode([('seat', seat), *asked])}")
            return
        answer = await self.room.kernel_manager.ask(self._notebook, seat)
        if not answer.granted:
            title, words = waiting_words(answer, self.room.places.places, MOST_PAGES_A_SEAT)
            self.set_status(503)
            self.set_header("Retry-After", str(answer.again_seconds))
            self.finish(self.waiting(title, words, again=answer.again_seconds))
            return
        async for html in self.get_generator(path=self._notebook):
            self.write(html)
            self.flush()

    def should_use_rendered_notebook(self, *_: Any) -> bool:
        """Always: a page that is made beside the places would take what belongs to others."""
        return True


class OwnKernelHandler(KernelHandler):
    """A page may look whether its Python is there; it ends it in another way, and cannot see those of others."""

    async def delete(self, kernel_id: str) -> None:  # noqa: ARG002 (Jupyter calls it so)
        """Refuse."""
        raise HTTPError(405)


class TeacherManners(RoomManners):
    """Pages with a key that learners do not have."""

    async def prepare(self, **_: Any) -> None:
        """Refuse who does not know the key."""
        await super().prepare()
        key = self.get_argument("key", "")
        if compare_digest(key.encode(), self.room.teacher_key.encode()):
            self.set_signed_cookie(self._key_cookie, "teacher", path=self.base_url, httponly=True, samesite="Lax")
        elif self.get_signed_cookie(self._key_cookie) != b"teacher":
            self.set_status(403)
            self.finish(self.waiting(*NO_TEACHER))

    @property
    def _key_cookie(self) -> str:
        return f"teacher-{self.room.port}"


class TeacherHandler(TeacherManners):
    """What the class answers, as it happens."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the page; its address is exchanged for one without the key."""
        if self.get_argument("key", ""):
            self.redirect(f"{self.base_url}teacher")
            return
        self.finish(
            room_page(
                "teacher",
                answers=await self.room.answers_told(reveal=False),
                folder=str(self.room.seats.folder),
                base=self.base_url,
                again=ANSWERS_AGAIN_SECONDS,
                **self.join(),
            )
        )


class TeacherAnswersHandler(TeacherManners):
    """The table alone, for the page that reads it again."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Send it."""
        self.finish(await self.room.answers_told(reveal=self.get_argument("reveal", "") == "1"))
