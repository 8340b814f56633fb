"""The command `myositis-tools`: notebooks in a folder of the user's own, apps on pages of their own, work on files."""

# Without `from __future__ import annotations`: Typer reads the annotations, and is itself imported late.
import hashlib
import json
import os
import sys
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Literal

from myositis_tools import __version__

PACKAGE = Path(__file__).parents[1]
FIRST_NOTEBOOK = "00_start_here.ipynb"
# Kept in the user's folder: what was copied there, so that a later version can tell it from what the user wrote.
RECORD = ".myositis_tools.json"

WRONG_USAGE = 2

_App = Literal[
    "eligibility", "trajectories", "effects", "design", "calculator", "mapping", "eular_acr", "haq_di", "mmt"
]
_WITHOUT_LAB = 'This command needs the parts for notebooks and apps: pip install "myositis_tools[lab]"'
# A page may load nothing from elsewhere, so that no browser tells another machine what is looked at here.
_THIS_MACHINE_ONLY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' data: blob: ws://localhost:* ws://127.0.0.1:*; frame-ancestors 'self'"
)


def main() -> None:
    """Run the command; exit status 0 is done, 1 is problems found in the data, 2 is wrong usage."""
    _require("typer")
    _commands()(prog_name="myositis-tools")


def shipped_notebooks() -> Path:
    """Find the notebooks of this package.

    Returns
    -------
    pathlib.Path
        Their folder: inside the package when it was installed from a wheel, beside it in a clone.
    """
    inside = PACKAGE / "_notebooks"
    return inside if inside.is_dir() else PACKAGE.parent / "notebooks"


def copy_notebooks(source: Path, folder: Path) -> list[str]:
    """Bring the notebooks of `source` into `folder`, and never overwrite what the user changed there.

    A file that is not there is copied. A file that is still as it was copied is replaced by a newer one. A file that
    the user changed is kept, and a newer one is put beside it, once. Run on `source` itself, it does nothing.

    Parameters
    ----------
    source : pathlib.Path
        The folder to copy from.
    folder : pathlib.Path
        The user's folder; made if it is not there.

    Returns
    -------
    list of str
        A sentence for each file that was kept because the user had changed it and that has a newer one beside it now.

    Raises
    ------
    OSError
        If `folder` is a file, or cannot be written to.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     shipped, mine = Path(place, "shipped"), Path(place, "mine")
    ...     shipped.mkdir()
    ...     _ = (shipped / "a.ipynb").write_text("first")
    ...     _ = copy_notebooks(shipped, mine)
    ...     _ = (mine / "a.ipynb").write_text("mine")
    ...     _ = (shipped / "a.ipynb").write_text("second")
    ...     copy_notebooks(shipped, mine)
    ['a.ipynb has changes of yours and was kept; the newer one is beside it as a.new.ipynb.']
    """
    if folder.resolve() == source.resolve():
        return []
    folder.mkdir(parents=True, exist_ok=True)
    given = _read_record(folder)
    kept = []
    for name, fresh in _shipped_files(source):
        target, digest = folder / name, _digest(fresh)
        if not target.exists() or _digest(target.read_bytes()) == given.get(name):
            _write(target, fresh)
        elif digest not in (_digest(target.read_bytes()), given.get(name)):
            beside = _name_beside(target, folder, given)
            _write(beside, fresh)
            given[beside.relative_to(folder).as_posix()] = digest
            kept.append(f"{name} has changes of yours and was kept; the newer one is beside it as {beside.name}.")
        given[name] = digest
    _write(folder / RECORD, json.dumps(given, indent=1, sort_keys=True).encode() + b"\n")
    return kept


def _shipped_files(source: Path) -> list[tuple[str, bytes]]:
    found = (path.relative_to(source) for path in sorted(source.rglob("*")) if path.is_file())
    visible = (path for path in found if not any(part.startswith(".") for part in path.parts))
    return [(path.as_posix(), (source / path).read_bytes()) for path in visible]


def _read_record(folder: Path) -> dict[str, str]:
    try:
        given = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}  # without a record every file that differs counts as the user's
    return given if isinstance(given, dict) else {}


def _name_beside(target: Path, folder: Path, given: dict[str, str]) -> Path:
    for number in count(1):
        beside = target.with_name(f"{target.stem}.new{number if number > 1 else ''}{target.suffix}")
        ours = given.get(beside.relative_to(folder).as_posix())
        if not beside.exists() or _digest(beside.read_bytes()) == ours:
            return beside
    raise AssertionError("there is always another number")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(target: Path, content: bytes) -> None:
    """Write the whole file or none of it: half a notebook would later pass for one the user changed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.write_bytes(content)
    part.replace(target)


def _require(*modules: str) -> None:
    if any(find_spec(module) is None for module in modules):
        sys.stderr.write(_WITHOUT_LAB + "\n")
        sys.exit(WRONG_USAGE)


def _start_lab(folder: Path, options: list[str]) -> None:
    from jupyterlab.labapp import LabApp

    # JupyterLab reads from here that it should not ask about news; the user's own settings win and are not touched.
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        [str(PACKAGE / "apps" / "jupyter"), *([others] if others else [])]
    )
    as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: -1)() == 0 else []
    LabApp.launch_instance(
        argv=[
            f"--ServerApp.root_dir={folder}",
            "--ContentsManager.pre_save_hook=myositis_tools.privacy.jupyter_hook.hold_back_patient_rows",
            f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
            "--ServerApp.ip=127.0.0.1",
            # Nobody is told that JupyterLab was started here: no news, no search for updates, no extension catalogue.
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            *as_root,
            *options,
        ]
    )


def _start_voila(page: Path, options: list[str]) -> None:
    from traitlets.config import Config
    from voila.app import Voila

    settings: Any = Config()
    settings.Voila.tornado_settings = {"headers": {"Content-Security-Policy": _THIS_MACHINE_ONLY}}
    Voila.launch_instance(argv=[str(page), "--Voila.ip=127.0.0.1", *options], config=settings)


def _commands() -> Any:
    import typer

    commands = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    port_option = Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port on this machine; a free one if not given.")
    ]
    browser_option = Annotated[bool, typer.Option("--no-browser", help="Print the address and open no browser.")]

    def show_version(asked: bool) -> None:  # noqa: FBT001 (Typer calls it so)
        if asked:
            typer.echo(f"myositis_tools {__version__}")
            raise typer.Exit

    @commands.callback()
    def everything(
        *,
        _version: Annotated[
            bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
        ] = False,
    ) -> None:
        """Explore who could enter a myositis trial, and score and follow the response.

        For research and teaching, not for care. Nothing leaves this machine.
        """

    @commands.command()
    def lab(
        *,
        folder: Annotated[Path, typer.Option(help="Your folder for the notebooks; made if it is not there.")] = Path(
            "myositis-notebooks"
        ),
        port: port_option = None,
        no_browser: browser_option = False,
        no_start: Annotated[bool, typer.Option("--no-start", help="Copy the notebooks, and stop there.")] = False,
    ) -> None:
        """Open JupyterLab on the notebooks, in a folder of your own.

        What you change there is kept: when a newer version of the package brings a newer notebook, it is put beside
        yours as NAME.new.ipynb. A notebook you delete comes back. Before rows of patients are saved in the outputs of a
        notebook, JupyterLab says so once.

        Example: myositis-tools lab --folder my-course
        """
        folder = folder.expanduser()
        try:
            for sentence in copy_notebooks(shipped_notebooks(), folder):
                typer.echo(sentence)
        except OSError as error:
            raise typer.BadParameter(
                f"{folder} cannot be used as a folder ({error.strerror}).", param_hint="--folder"
            ) from error
        typer.echo(f"The notebooks are in {folder.resolve()}; begin with {FIRST_NOTEBOOK}.")
        if not no_start:
            _require("jupyterlab", "ipywidgets", "plotly")
            _start_lab(folder.resolve(), _server_options("ServerApp", port, no_browser=no_browser))

    @commands.command()
    def app(
        name: Annotated[_App, typer.Argument(help="Which app.")],
        *,
        port: port_option = None,
        no_browser: browser_option = False,
    ) -> None:
        """Open one app on a page of its own, with no code in sight.

        eligibility: who of the sample cohort could enter the trial, and why not. trajectories: disease activity over
        time. effects: one arm of a trial against another. design: the power of a trial to come. calculator: the Total
        Improvement Score of one patient. mapping: the headings, units and codes of a centre's workbook. eular_acr,
        haq_di, mmt: one sheet of the classification, of the questionnaire, of manual muscle testing.

        Example: myositis-tools app eligibility
        """
        _require("voila", "ipywidgets", "plotly")
        page = PACKAGE / "apps" / "pages" / f"{name}.ipynb"
        _start_voila(page, _server_options("Voila", port, no_browser=no_browser))

    if find_spec("openpyxl"):
        from myositis_tools.cli.check import add_check
        from myositis_tools.cli.convert import add_convert
        from myositis_tools.cli.score import add_score
        from myositis_tools.cli.screen import add_screen
        from myositis_tools.cli.template import add_template

        add_check(commands)
        add_score(commands)
        add_screen(commands)
        if find_spec("jinja2") and find_spec("plotly"):
            from myositis_tools.cli.report import add_report

            add_report(commands)
        add_template(commands)
        add_convert(commands)
    return commands


def _server_options(server: str, port: int | None, *, no_browser: bool) -> list[str]:
    return [*([f"--{server}.port={port}"] if port else []), *(["--no-browser"] if no_browser else [])]


if __name__ == "__main__":
    main()
