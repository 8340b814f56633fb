"""The command `myositis-tools`: notebooks in a folder of the user's own, apps on pages of their own, work on files."""

# Without `from __future__ import annotations`: Typer reads the annotations, and is itself imported late.
from importlib.util import find_spec
from typing import Annotated, Any

from myositis_tools import __version__
from myositis_tools.cli.classroom import add_class
from myositis_tools.cli.servers import add_servers, require
from myositis_tools.cli.warnings_told import warnings_told


def main() -> None:
    """Run the command; exit status 0 is done, 1 is problems found in the data, 2 is wrong usage."""
    require("typer")
    make_commands()(prog_name="myositis-tools")


def make_commands() -> Any:
    """Put the commands together, without those for which a part of the installation is missing."""
    import typer

    commands = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    def show_version(asked: bool) -> None:  # noqa: FBT001 (Typer calls it so)
        if asked:
            typer.echo(f"myositis_tools {__version__}")
            raise typer.Exit

    @commands.callback()
    def everything(
        context: typer.Context,
        *,
        _version: Annotated[
            bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
        ] = False,
    ) -> None:
        """Explore who could enter a myositis trial, and score and follow the response.

        For research and teaching, not for care. Nothing leaves this machine.
        """
        context.with_resource(warnings_told())

    add_servers(commands)
    add_class(commands)
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
