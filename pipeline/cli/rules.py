"""`jumelage rules`: check, test and list the rules."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.cli.options import Model, Rules, load_extractor

app = typer.Typer(help="Check, test and list the rules.", no_args_is_help=True)


@app.command()
def check(rules: Rules = None) -> None:
    """Validate every rules file; the first mistake is named with file, line and what was expected."""
    from pipeline.rulebook import rules_in

    count = sum(1 for _ in rules_in(rules))
    print(f"{count} rules, no mistakes")


@app.command(name="list")
def list_(rules: Rules = None) -> None:
    """List every rule: id, what it is about, number of examples and counter-examples."""
    from pipeline.rulebook import rules_in

    table = Table("id", "about", "examples", "not", box=None, header_style="bold")
    for _, rule in rules_in(rules):
        table.add_row(rule.id, rule.about or "", str(len(rule.examples)), str(len(rule.not_)))
    Console(highlight=False).print(table)


@app.command()
def test(
    rules: Rules = None,
    model: Model = None,
    only: Annotated[str | None, typer.Option("--only", help="Rules whose id begins so.")] = None,
) -> None:
    """Run every rule's examples and counter-examples; exit code 1 when one fails."""
    from pipeline.rulebook import check_rule, rules_in

    extractor = load_extractor(model, rules)
    count = failed = 0
    for _, rule in rules_in(rules):
        if only and not rule.id.startswith(only):
            continue
        for fault in check_rule(rule, extractor):
            failed += 1
            print(f"{rule.id}: {fault}")
        count += len(rule.examples) + len(rule.not_)
    print(f"{count} examples, {failed} failed")
    if failed:
        raise typer.Exit(1)
