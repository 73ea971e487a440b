"""`jumelage places`: which places bear a name, and which of them the pipeline would choose."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.cli.options import Rules

_RANKS = ("name", "German name", "short name", "other name", "its seat's name")


def places(
    name: Annotated[
        str, typer.Argument(help="A place's name as a text writes it: Klausenburg, Halle, 'Kreis Borken'.")
    ],
    country: Annotated[
        str | None,
        typer.Option("--country", "-c", help="ISO code of a country that the text speaks of, as in PL."),
    ] = None,
    near: Annotated[str | None, typer.Option("--near", help="Another place that the text is about.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to show.")] = 15,
    rules: Rules = None,
) -> None:
    """Show the places that bear a name, with the share each has when nothing but the options is known."""
    from pipeline.components.cities.explain import ranked

    found = ranked(name, country=country.upper() if country else None, near=near, rules=rules)
    if not found:
        print(f"no place of the name {name!r} is known")
        raise typer.Exit(1)
    table = Table("share", "place", "country", "state or region", "kind", "inhabitants", "GeoNames", "by its", box=None,
                  header_style="bold")  # fmt: skip
    for share, place, kind in found[:limit]:
        table.add_row(f"{share:.2f}", place.german if place.german == place.name else f"{place.german} ({place.name})",
                      place.country, place.admin or "", kind, f"{place.population:,}" if place.population else "",
                      str(place.gid or ""), _RANKS[place.rank])  # fmt: skip
    Console(highlight=False).print(table)
    if len(found) > limit:
        print(f"and {len(found) - limit} more; --limit shows them")
