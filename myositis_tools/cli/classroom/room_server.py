"""The server of a class: one for all, with a token where it is shared, and as many pages as the machine can carry."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import FileFindHandler
from jupyterlab_server.themes_handler import ThemesHandler
from traitlets import Instance
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.voila_identity_provider import VoilaIdentityProvider

from myositis_tools.cli.classroom.class_answers_told import answers_told
from myositis_tools.cli.classroom.join_code import code_as_svg
from myositis_tools.cli.classroom.room_handlers import (
    LandingHandler,
    OwnKernelHandler,
    PlaceHandler,
    SeatHandler,
    TeacherAnswersHandler,
    TeacherHandler,
)
from myositis_tools.cli.classroom.room_kernels import RoomKernels
from myositis_tools.cli.classroom.room_needs import RoomNeeds, usable_cores
from myositis_tools.cli.classroom.room_places import RoomPlaces
from myositis_tools.cli.classroom.room_seats import RoomSeats
from myositis_tools.cli.notebook_copies import PACKAGE
from myositis_tools.cli.voila_server import OWN_HOST_ONLY, PageServer, settings_of_pages

# In a room a place that nobody looks at is wanted by others, and who comes back after a break finds her answers by her
# seat: a page without a browser is kept a quarter of an hour.
KEPT_IN_CLASS_SECONDS = 900
LOOKED_FOR_IN_CLASS_SECONDS = 60
TOKEN_BYTES = 16

_PAGES = PACKAGE / "apps" / "pages"
_COURSE, _APPS = "course.ipynb", "cohort.ipynb"
# Of what Voilà answers: files for browsers, the connection of a page with its Python, and that a page is closed.
_KEPT = (
    VoilaKernelWebsocketHandler,
    VoilaShutdownKernelHandler,
    TemplateStaticFileHandler,
    MultiStaticFileHandler,
    FileFindHandler,
    ThemesHandler,
)


@dataclass(frozen=True)
class Room:
    """A class to be held.

    Parameters
    ----------
    needs : RoomNeeds
        Learners and places.
    folder : pathlib.Path
        Where the answers are kept.
    course : str
        The key of the course.
    port : int
        Where it listens.
    base_url : str
        The prefix, with a slash before and after.
    is_shared : bool
        Whether others on the network can join.
    address : str
        The address that learners use, with the prefix and without the token.
    """

    needs: RoomNeeds
    folder: Path
    course: str
    port: int
    base_url: str
    is_shared: bool
    address: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES), repr=False)
    teacher_key: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES), repr=False)

    @property
    def join_address(self) -> str:
        """What a learner opens."""
        return f"{self.address}?token={self.token}" if self.is_shared else self.address

    @property
    def teacher_address(self) -> str:
        """What the teacher opens."""
        return f"{self.address}teacher?key={self.teacher_key}"


class RoomServer(PageServer):
    """Voilà for a class: its own pages, a few of Voilà's ways, and none that would show one learner another's."""

    held = Instance(Room)

    def init_settings(self) -> Any:
        """Take the settings of Voilà, with kernels that keep to the places of the room."""
        settings = super().init_settings()
        self.seats = RoomSeats(self.held.folder)
        self.places = RoomPlaces(self.held.needs.places, self.held.needs.learners)
        pages = {_APPS: 1, _COURSE: self.held.needs.pages_ready}
        self.kernel_manager = RoomKernels(
            places=self.places,
            pages=pages,
            cores=usable_cores(),
            parent=self,
            connection_dir=self.connection_dir,
            kernel_spec_manager=self.kernel_spec_manager,
            allowed_message_types=settings["kernel_manager"].allowed_message_types,
        )
        self.join_code = code_as_svg(self.join_address)
        return settings | {"kernel_manager": self.kernel_manager, "room": self}

    def init_handlers(self) -> list[Any]:
        """Give the few ways of Voilà that a page needs, and our own."""
        base = self.server_url or self.base_url
        page = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        own = [
            (base, LandingHandler),
            (f"{base}seat", SeatHandler),
            (f"{base}apps", PlaceHandler, page | {"notebook": _APPS, "asks_seat": False}),
            (f"{base}course", PlaceHandler, page | {"notebook": _COURSE, "asks_seat": True}),
            (f"{base}teacher", TeacherHandler),
            (f"{base}teacher/answers", TeacherAnswersHandler),
            (rf"{base}api/kernels/(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)", OwnKernelHandler),
        ]
        return own + [route for route in super().init_handlers() if route[1] in _KEPT]

    @property
    def join_address(self) -> str:
        """What a learner opens."""
        return self.held.join_address

    @property
    def teacher_key(self) -> str:
        """What the teacher's page asks for."""
        return self.held.teacher_key

    @property
    def is_shared(self) -> bool:
        """Whether others on the network can join."""
        return self.held.is_shared

    @property
    def about_course(self) -> str:
        """A sentence about the course."""
        return f"{self.held.course.replace('_', ' ').capitalize()}, with patients of your own."

    def course_address(self, seat: int, language: str) -> str:
        """Where the course of a seat is."""
        return f"{self.base_url}course?seat={seat}&course={self.held.course}&language={language}"

    async def answers_told(self, *, reveal: bool) -> str:
        """The answers so far, as HTML; reading them keeps no learner waiting."""
        told = await asyncio.to_thread(answers_told, self.held.folder, self.held.course, reveal=reveal)
        taken, places = len(self.places.taken), self.places.places
        return f"<p class='room-soft'>Seats given: {self.seats.last}. Places taken: {taken} of {places}.</p>{told}"


def serve_class(room: Room, *, environment: Mapping[str, str]) -> None:
    """Start the server of a class, and stay until it is stopped."""
    settings = settings_of_pages(
        kept_seconds=int(environment.get("MYOSITIS_TOOLS_KEPT_SECONDS", KEPT_IN_CLASS_SECONDS)),
        looked_for_seconds=int(environment.get("MYOSITIS_TOOLS_LOOKED_FOR_SECONDS", LOOKED_FOR_IN_CLASS_SECONDS)),
    )
    settings.Voila.tornado_settings = {
        "headers": {"Content-Security-Policy": OWN_HOST_ONLY.format(sockets="")},
        # on this machine alone nobody calls it by another name, but a page elsewhere that has one led here
        "allow_remote_access": room.is_shared or not room.address.startswith("http://127.0.0.1:"),
        "log_function": lambda _: None,  # an address with its token is written nowhere
    }
    settings.Voila.identity_provider_class = VoilaIdentityProvider
    settings.Voila.token = room.token if room.is_shared else ""
    settings.Voila.log_level = "ERROR"
    RoomServer.launch_instance(
        argv=[
            str(_PAGES),
            "--no-browser",
            f"--Voila.ip={'0.0.0.0' if room.is_shared else '127.0.0.1'}",  # noqa: S104 (with --share, and a token)
            f"--Voila.port={room.port}",
            "--Voila.port_retries=0",
            f"--Voila.base_url={room.base_url}",
        ],
        config=settings,
        held=room,
    )
