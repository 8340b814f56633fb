"""`myositis-tools template`: a workbook to fill in, or a form for another system."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from myositis_tools.cli.input_files import usage
from myositis_tools.errors import OptionError
from myositis_tools.exchange import (
    adam_parameters,
    as_csv,
    data_dictionary,
    json_schema,
    redcap_dictionary,
    write_template,
)
from myositis_tools.exchange.describe.templates import USUAL
from myositis_tools.exchange.files.writing import write_whole

_Form = Literal["excel", "redcap", "json-schema", "adam", "dictionary"]
_USUAL_FORM = {".xlsx": "excel", ".json": "json-schema", ".csv": "redcap"}
_SUFFIX = {"excel": ".xlsx", "json-schema": ".json", "redcap": ".csv", "adam": ".csv", "dictionary": ".csv"}


def add_template(commands: typer.Typer) -> None:
    """Add the command to a Typer application."""

    @commands.command()
    def template(
        out: Annotated[Path, typer.Argument(help="The file to write: .xlsx, .csv or .json.")],
        *,
        kind: Annotated[
            list[str] | None, typer.Option(help="The table to make it for, such as visits; may be repeated.")
        ] = None,
        form: Annotated[
            _Form | None, typer.Option(help="By default excel for .xlsx, redcap for .csv, json-schema for .json.")
        ] = None,
        mmt: Annotated[str, typer.Option(help="The MMT scale a workbook asks for.")] = "mmt8_150",
    ) -> None:
        """Write a workbook or a form to fill in.

        This is an Excel workbook, a REDCap data dictionary, a JSON Schema, a table of ADaM parameters or a printed
        dictionary. All come from the same table of columns, units, ranges and words; check, score and screen read a
        workbook that was filled in. Exit status: 0 done, 2 wrong usage.

        Example: myositis-tools template ours.xlsx --kind visits --kind patients
        """
        suffix = out.suffix.lower()
        asked = form or _USUAL_FORM.get(suffix, "excel")
        with usage():
            if _SUFFIX[asked] != suffix:
                raise OptionError(f"{out.name} cannot hold this form.", expected=f"a file ending in {_SUFFIX[asked]}")
            one = (kind or ["visits"])[0]
            if len(kind or ()) > 1 and asked != "excel":
                raise OptionError("A dictionary describes one table.", expected="--kind once")
            if asked == "excel":
                write_template(out, kind or USUAL, mmt=mmt)
            elif asked == "json-schema":
                write_whole(out, (json.dumps(json_schema(one), indent=1, ensure_ascii=False) + "\n").encode())
            elif asked == "redcap":
                write_whole(out, redcap_dictionary(one).to_csv(index=False, lineterminator="\n").encode("utf-8"))
            else:
                write_whole(
                    out, as_csv(adam_parameters() if asked == "adam" else data_dictionary(one if kind else None))
                )
        typer.echo(f"Written: {out}.")
