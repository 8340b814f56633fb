"""`myositis-tools class`: one server for a room of learners."""

# Without `from __future__ import annotations`: Typer reads the annotations, and is itself imported late.
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

from myositis_tools.cli.classroom.join_code import WITHOUT_A_CODE, code_as_text, is_taken, own_address
from myositis_tools.cli.classroom.room_needs import RoomNeeds, free_megabytes, usable_cores

USUAL_PORT = 8866
_PORTS_TRIED = 50
_PREFIX = re.compile(r"/([\w.~-]+/)*")
_ADDRESS = re.compile(r"https?://[\w.-]+(:\d+)?(?P<path>/[\w.~/-]*)?")


def add_class(commands: Any) -> None:
    """Add the command that opens a room."""
    import typer

    @commands.command("class")
    def hold_class(
        *,
        learners: Annotated[int, typer.Option(min=1, max=500, help="How many you expect.")] = 30,
        share: Annotated[
            bool, typer.Option("--share", help="Let others on the network join; the address then holds a token.")
        ] = False,
        folder: Annotated[Path, typer.Option(help="Where the answers are kept; made if it is not there.")] = Path(
            "myositis-class"
        ),
        course: Annotated[str, typer.Option(help="The course.")] = "ninety_minutes",
        port: Annotated[
            int | None, typer.Option(min=1, max=65535, help=f"Port; {USUAL_PORT} or the next free one if not given.")
        ] = None,
        base_url: Annotated[
            str | None, typer.Option(help="The prefix of all addresses; that of --address if not given.")
        ] = None,
        address: Annotated[
            str | None, typer.Option(help="The address that learners use, where a proxy stands before the class.")
        ] = None,
        places: Annotated[
            int | None, typer.Option(min=1, help="Pages open at once; a third more than learners if not given.")
        ] = None,
        anyway: Annotated[bool, typer.Option("--anyway", help="Start although memory is short.")] = False,
        papers: Annotated[
            Path | None,
            typer.Option(help="Write notes, slides, handout and answer sheet into this folder, and start nothing."),
        ] = None,
        language: Annotated[str, typer.Option(help="The language of the papers: en, nl or de.")] = "en",
    ) -> None:
        """Hold a class: one server for a room, with the course, the apps and seats by number.

        Learners open the address that is printed, or scan its code. Nobody is asked for a name; answers are kept by
        seat. Without --share only this machine can join. The course is about synthetic patients. Bring no others, for
        what a learner opens here is read on this machine, and the network between is not encrypted.

        Example: myositis-tools class --learners 30 --share

        Before the class: myositis-tools class --papers papers --language nl
        """
        from myositis_tools.cli.servers import require

        require("voila", "ipywidgets", "plotly", "jinja2")
        known_as = _ADDRESS.fullmatch(address) if address else None
        if address and not known_as:
            raise typer.BadParameter(
                f"{address} is no address; https://class.example.org/course/ is one.", param_hint="--address"
            )
        path = (known_as["path"] or "") if known_as else ""
        prefix = _as_prefix(base_url or path)
        if not _PREFIX.fullmatch(prefix):
            raise typer.BadParameter(f"{base_url} is no prefix; /course/ is one.", param_hint="--base-url")
        if known_as and prefix != _as_prefix(path):
            raise typer.BadParameter(
                f"{address} does not end with {prefix}: a proxy hands the prefix on as it is.",
                param_hint="--address",
            )
        from myositis_tools.lessons import COURSES
        from myositis_tools.lessons.answers import ANSWERS

        if course not in COURSES:
            raise typer.BadParameter(f"{course} is no course; {', '.join(COURSES)} are.", param_hint="--course")
        if papers is not None:
            _write_papers(papers.expanduser(), course, language)
            return
        host = own_address() if share else "127.0.0.1"
        listens_on = "0.0.0.0" if share else "127.0.0.1"  # noqa: S104 (with --share, and a token)
        found = _free_port(listens_on, port)
        if found is None:
            raise typer.BadParameter(f"Something else uses {port or 'every port tried'} already.", param_hint="--port")
        needs = RoomNeeds.of(learners, places)
        has, cores = free_megabytes(), usable_cores()
        for sentence in needs.told(has, cores):
            typer.echo(sentence)
        if has is not None and has < needs.megabytes:
            fits = needs.most_learners(has)
            enough = f"--learners {fits} fits" if fits else "not even one page fits"
            typer.echo(
                f"That is not enough: pages would be slow, and some would be ended by the system. Here {enough}; "
                "--anyway starts all the same."
            )
            if not anyway:
                raise typer.Exit(2)
        folder = folder.expanduser()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".last_seat").touch()
        except OSError as error:
            raise typer.BadParameter(
                f"{folder} cannot be used as a folder ({error.strerror}).", param_hint="--folder"
            ) from error

        from myositis_tools.cli.classroom.room_server import Room, serve_class

        public = f"{(address or f'http://{host}:{found}{prefix}').rstrip('/')}/"
        room = Room(needs, folder.resolve(), course, found, prefix, share, public)
        os.environ[ANSWERS] = str(room.folder)  # where the page of the course keeps them
        typer.echo(f"\nLearners open    {room.join_address}")
        typer.echo(f"You open         {room.teacher_address}")
        typer.echo(f"Answers are in   {room.folder}\n")
        typer.echo(code_as_text(room.join_address) or WITHOUT_A_CODE)
        typer.echo("\nCtrl-C ends the class; the answers stay.")
        sys.stdout.flush()
        serve_class(room, environment=os.environ)


def _write_papers(folder: Path, course: str, language: str) -> None:
    """Write the papers of a course and tell each file."""
    import typer

    from myositis_tools.cli.classroom.papers_written import write_papers
    from myositis_tools.lessons.texts import LANGUAGES

    if language not in LANGUAGES:
        raise typer.BadParameter(f"{language} is no language; {', '.join(LANGUAGES)} are.", param_hint="--language")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for told in write_papers(folder, course, language):
            typer.echo(told)
    except OSError as error:
        raise typer.BadParameter(
            f"{folder} cannot be used as a folder ({error.strerror}).", param_hint="--papers"
        ) from error


def _as_prefix(path: str) -> str:
    return f"/{path.strip('/')}/".replace("//", "/")


def _free_port(host: str, asked: int | None) -> int | None:
    """The port that was asked for, or the first free one; None where there is none."""
    tried = [asked] if asked else range(USUAL_PORT, USUAL_PORT + _PORTS_TRIED)
    return next((port for port in tried if not is_taken(host, port)), None)
