"""`myositis-tools lab` and `myositis-tools app`: JupyterLab on the notebooks, and one app on a page of its own."""

# Without `from __future__ import annotations`: Typer reads the annotations, and is itself imported late.
import json
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal

from myositis_tools.cli.notebook_copies import FIRST_NOTEBOOK, PACKAGE, copy_notebooks, shipped_notebooks
from myositis_tools.sample import own_data_file

WRONG_USAGE = 2

# Each app by the name of its command: the view of the cohort that it is.
_VIEWS = {
    "eligibility": "who_fits",
    "trajectories": "follow_up",
    "effects": "trial",
    "design": "design",
    "calculator": "calculator",
    "mapping": "cohort",
    "eular_acr": "eular_acr",
    "haq_di": "haq_di",
    "mmt": "mmt",
}
_App = Literal[
    "eligibility", "trajectories", "effects", "design", "calculator", "mapping", "eular_acr", "haq_di", "mmt"
]
_WITHOUT_LAB = 'This command needs the parts for notebooks and apps: pip install "myositis_tools[lab]"'


def add_servers(commands: Any) -> None:
    """Add the two commands that open something in a browser."""
    import typer

    port_option = Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port on this machine; a free one if not given.")
    ]
    browser_option = Annotated[bool, typer.Option("--no-browser", help="Print the address and open no browser.")]

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
            require("jupyterlab", "ipywidgets", "plotly")
            start_lab(folder.resolve(), _server_options("ServerApp", port, no_browser=no_browser))

    files_argument = Annotated[
        list[Path] | None,
        typer.Argument(
            exists=True, dir_okay=False, help="Your files, and a mapping of their headings if there is one."
        ),
    ]

    @commands.command("open")
    def open_files(
        files: files_argument = None,
        *,
        port: port_option = None,
        no_browser: browser_option = False,
    ) -> None:
        """Open a cohort in the browser: drop a spreadsheet there, or explore 300 synthetic patients.

        Who fits a trial, how patients did, one patient at a time, the comparison of arms, the design of a trial and the
        calculators are views of the one cohort. What a file holds is found, said and asked about on the page; it stays
        on this computer.

        Example: myositis-tools open ours.xlsx
        """
        open_page(files or [], "cohort", port, no_browser=no_browser)

    @commands.command()
    def app(
        name: Annotated[_App, typer.Argument(help="Which view.")],
        files: files_argument = None,
        *,
        port: port_option = None,
        no_browser: browser_option = False,
    ) -> None:
        """Open a cohort at one of its views.

        eligibility: who could enter the trial, and why not. trajectories: disease activity over time. effects: one arm
        of a trial against another. design: the power of a trial to come. calculator: the Total Improvement Score of one
        patient. mapping: the headings, units and codes of a centre's workbook. eular_acr, haq_di, mmt: one sheet of the
        classification, of the questionnaire, of manual muscle testing. Without files it is the sample cohort, and for
        mapping an untidy workbook.

        Example: myositis-tools app eligibility ours.xlsx
        """
        shown = files or ([own_data_file()] if name == "mapping" else [])
        open_page(shown, _VIEWS[name], port, no_browser=no_browser)


def open_page(files: Sequence[Path], view: str, port: int | None, *, no_browser: bool) -> None:
    """Open the page of a cohort in a browser, and stay until it is stopped."""
    require("voila", "ipywidgets", "plotly")
    said = {"files": [str(file.resolve()) for file in files], "view": view}
    os.environ["MYOSITIS_TOOLS_PAGE"] = json.dumps(said)  # where the page, `apps/cohort/page.py`, looks
    start_voila(PACKAGE / "apps" / "pages" / "cohort.ipynb", _server_options("Voila", port, no_browser=no_browser))


def require(*modules: str) -> None:
    """Stop with one sentence where a part of the installation is missing."""
    if any(find_spec(module) is None for module in modules):
        sys.stderr.write(_WITHOUT_LAB + "\n")
        sys.exit(WRONG_USAGE)


def start_lab(folder: Path, options: list[str]) -> None:
    """Start JupyterLab on a folder, and stay until it is stopped."""
    from jupyterlab.labapp import LabApp

    # JupyterLab reads from here that it should not ask about news; the user's own settings win and are not touched.
    put_before("JUPYTER_CONFIG_PATH", PACKAGE / "apps" / "jupyter")
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


def start_voila(page: Path, options: list[str]) -> None:
    """Start Voilà on a page, and stay until it is stopped."""
    from myositis_tools.cli.voila_server import serve_page

    serve_page(page, options)


def put_before(variable: str, folder: Path) -> None:
    """Let a path of the environment begin with a folder; what the user has there stays."""
    others = os.environ.get(variable)
    os.environ[variable] = os.pathsep.join([str(folder), *([others] if others else [])])


def _server_options(server: str, port: int | None, *, no_browser: bool) -> list[str]:
    return [*([f"--{server}.port={port}"] if port else []), *(["--no-browser"] if no_browser else [])]
