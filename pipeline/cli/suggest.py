"""`jumelage suggest`: from corrections to rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import Rules

if TYPE_CHECKING:
    from pipeline.suggest.proposal import Proposal


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
    from pipeline.suggest.writing import accept as write

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
        for path in write(by_id[name], rules or RULES, check=check):
            print(f"{path}: {name} written")


def _show(proposal: Proposal) -> None:
    where = ".".join((proposal.file, *proposal.path))
    entry = ": ".join(map(str, proposal.entry)) if isinstance(proposal.entry, tuple) else proposal.entry
    print(f"{proposal.id}\n  into {where}: {entry}")
    print(f"  {'not' if proposal.negative else 'example'}: {proposal.example}")
    if proposal.expect:
        print(f"  expect: {proposal.expect}")
    print(
        f"  {proposal.support} corrections in {len(proposal.records)} articles; {proposal.hit_count} other places in the corpus"
    )
    for hit in proposal.hits:
        print(f"    … {hit.left} [{hit.words}] {hit.right} …")
    print()
