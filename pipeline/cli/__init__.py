"""The command line, `jumelage`: one thin file per command.

Exit codes: 0 everything went well; 1 some articles failed, the others are written; 2 nothing could be done (wrong
arguments, a broken rules file, an unknown model, an unwritable folder); 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import sys

import typer

from pipeline.cli.dates import dates
from pipeline.cli.evaluate import evaluate
from pipeline.cli.explain import explain
from pipeline.cli.export import export, import_
from pipeline.cli.extract import extract
from pipeline.cli.places import places
from pipeline.cli.report import report
from pipeline.cli.review import review
from pipeline.cli.rules import app as rules
from pipeline.cli.schema import schema
from pipeline.cli.show import show
from pipeline.cli.status import status
from pipeline.cli.suggest import suggest
from pipeline.cli.watch import watch
from pipeline.errors import JumelageError

app = typer.Typer(
    name="jumelage",
    help="Reads German articles about municipal partnerships into validated, structured records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (
    extract,
    status,
    watch,
    show,
    explain,
    dates,
    places,
    schema,
    review,
    evaluate,
    report,
    export,
    suggest,
):
    app.command()(command)
app.command("import")(import_)
app.add_typer(rules, name="rules")


def main() -> None:
    """Entry point of the command `jumelage`."""
    for library in ("OPENBLAS", "OMP", "MKL"):  # one process is one core; and threads do not survive a fork
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        app()
    except JumelageError as error:
        print(f"jumelage: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("jumelage: stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
