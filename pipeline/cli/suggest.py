"""`jumelage suggest`: from corrections to rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import Rules

if TYPE_CHECKING:
    from pipeline.suggest.proposals import Proposal


def suggest(
    records: Annotated[Path, typer.Argument(metavar="OUT", help="A folder of records with reviews.")],
    accept: Annotated[
        list[str] | None, typer.Option("--accept", metavar="ID", help="Write this proposal into --rules.")
    ] = None,
    rules: Rules = None,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Run the rule's examples; undo when one fails.")
    ] = True,
) -> None:
    """Propose rule and word-list entries from corrections, each with its support and what else it would hit."""
    from pipeline.errors import JumelageError
    from pipeline.knowledge.shipped import RULES
    from pipeline.review.store import Store
    from pipeline.suggest.proposals import suggest as propose

    store = Store(records)
    store.refresh()
    proposals = propose(store, rules)
    if not accept:
        for proposal in proposals:
            _show(proposal)
        print(f"{len(proposals)} proposals" + ("; write one with --accept ID" if proposals else ""))
        return
    by_id = {proposal.id: proposal for proposal in proposals}
    for name in accept:
        if name not in by_id:
            raise JumelageError(f"{name}: is no proposal; jumelage suggest {records} lists them")
        _write(by_id[name], rules or RULES, check)


def _show(proposal: Proposal) -> None:
    where = ".".join((proposal.file, *proposal.path))
    print(f"{proposal.id}\n  into {where}: {proposal.entry}")
    print(f"  {'not' if proposal.negative else 'example'}: {proposal.example}")
    print(
        f"  {proposal.support} corrections in {len(proposal.records)} articles; {proposal.hit_count} other places in the corpus"
    )
    for hit in proposal.hits:
        print(f"    … {hit.left} [{hit.words}] {hit.right} …")
    print()


def _write(proposal: Proposal, rules: Path, check: bool) -> None:
    from pipeline.errors import JumelageError
    from pipeline.suggest.writing import restore, write_proposal

    home = rules / (proposal.rule.partition(".")[0] + ".yaml")
    before = {path: path.read_text("utf-8") for path in {rules / proposal.file, home}}
    written = write_proposal(proposal, rules)
    if check:
        from pipeline.extractor import load
        from pipeline.rulebook import check_rule, rules_in

        try:
            extractor = load(None, rules)
            rule = next(rule for _, rule in rules_in(rules) if rule.id == proposal.rule)
            faults = list(check_rule(rule, extractor))
        except JumelageError:
            restore(before)
            raise
        if faults:
            restore(before)
            raise JumelageError(f"{proposal.id}: not written, since then {proposal.rule} fails: {faults[0]}")
    for path in written:
        print(f"{path}: {proposal.id} written")
