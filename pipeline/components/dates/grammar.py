"""Compiles the patterns of `rules/dates.yaml` and finds them in runs of atoms.

A run of atoms becomes a string with one character for each atom's type, and every pattern a regular expression
over such strings: the grammar stays regular, so that it can neither loop nor blow up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.components.dates.lexer import Atom
from pipeline.components.dates.lexicon import DateRule, DatesRules, Value
from pipeline.knowledge.rules import RulesError

FIGURES = (
    "iso",
    "dmy",
    "dm",
    "my",
    "yearpair",
    "decade_no",
    "ord",
    "year",
    "int",
    "num",
    "ordword",
    "n_years_old",
    "month_week",
    "month_weekend",
)
_SHORT, _KEPT = 8, 4096
"""Runs of up to so many atoms come again and again ("3. Mai 2019"): what fits so many of them is kept."""
_SYMBOL = re.compile(r"\s*(?:(?P<name>[A-Za-z_]\w*)(?P<mark>[=:])?|(?P<op>[()|?*<>+]))")


@dataclass(slots=True)
class Parse:
    """An expression found: the rule, its place in the text and what its slots hold."""

    rule: DateRule
    start: int
    end: int
    slots: dict[str, Value] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    before: str = ""


@dataclass(frozen=True, slots=True)
class _Fit:
    """A rule that fits a run: numbers of atoms for the date, for all that the pattern covers, and for each slot."""

    rule: DateRule
    core: tuple[int, int]
    span: tuple[int, int]
    slots: tuple[tuple[str, int], ...]


class Grammar:
    """The compiled rules of one rules file."""

    def __init__(self, rules: DatesRules) -> None:
        kinds = {kind.removesuffix("_stem") for kind in rules.lexicon} | set(FIGURES)
        self._symbols = {kind: chr(0xE000 + i) for i, kind in enumerate(sorted(kinds))}
        self._macros = rules.macros
        self._rules: list[tuple[int, DateRule, re.Pattern[str]]] = []
        for order, rule in enumerate(rules.rules):
            patterns = [rule.pattern] if isinstance(rule.pattern, str) else rule.pattern
            self._rules += [(order, rule, self._compile(rule, pattern)) for pattern in patterns]
        self._short = lru_cache(maxsize=_KEPT)(self._fits)

    def parse(self, run: list[Atom], allows: Callable[[Parse], bool]) -> list[Parse]:
        """The longest expressions of a run that pass `allows`, without overlap, in the order of the text."""
        symbols = self._symbols
        line = "".join([symbols[atom.kind] for atom in run])
        taken = [False] * len(run)
        parses = []
        for found in self._short(line) if len(line) <= _SHORT else self._fits(line):
            (first, last), rule = found.core, found.rule
            if any(taken[first:last]):
                continue
            parse = Parse(rule, run[first].start, run[last - 1].end)
            parse.before = " ".join([atom.kind for atom in run[max(0, first - 3) : first]])
            for slot, at in found.slots:
                atom = run[at]
                parse.slots[slot], parse.kinds[slot] = atom.value, atom.kind
                parse.spans[slot] = (atom.start, atom.end)
            if allows(parse):
                if rule.whole:
                    first, last = found.span
                taken[first:last] = [True] * (last - first)
                parses.append(parse)
        parses.sort(key=lambda parse: parse.start)
        return parses

    def _fits(self, line: str) -> list[_Fit]:
        """Where the rules fit a line of symbols, the longest first; in it no two runs of the same types differ."""
        found: list[tuple[int, int, int, _Fit]] = []
        for order, rule, pattern in self._rules:
            for match in pattern.finditer(line):
                first, last = core = match.span("core")
                width = match.start() - match.end() if rule.whole else first - last
                slots = tuple(
                    (slot.partition("__")[0], match.start(slot))
                    for slot, value in match.groupdict().items()
                    if value and slot != "core"
                )
                found.append((width, first, order, _Fit(rule, core, match.span(), slots)))
        found.sort(key=lambda item: item[:3])
        return [fit for *_, fit in found]

    def _compile(self, rule: DateRule, text: str) -> re.Pattern[str]:
        if text.count("<") != 1 or text.count(">") != 1:
            raise RulesError(f"dates.yaml: {rule.id}: a pattern needs < and > once, around the date")
        self._groups = 0
        source = self._source(rule, text, "", set())
        try:
            return re.compile(source)
        except re.error as error:
            raise RulesError(f"dates.yaml: {rule.id}: pattern does not compile: {error}") from None

    def _group(self, slot: str) -> str:
        """A group's name: slots may stand in several branches of a pattern, groups must differ."""
        self._groups += 1
        return f"{slot}__{self._groups}"

    def _source(self, rule: DateRule, text: str, prefix: str, inside: set[str]) -> str:
        out: list[str] = []
        at = 0
        text = text.rstrip()
        pending = ""
        while at < len(text):
            match = _SYMBOL.match(text, at)
            if match is None:
                raise RulesError(f"dates.yaml: {rule.id}: cannot read the pattern at {text[at : at + 20]!r}")
            at = match.end()
            name, mark, op = match["name"], match["mark"], match["op"]
            if op is not None:
                if op == "(" and pending:
                    close = _closing(text, at)
                    inner = text[at:close]
                    if pending[-1] == ":":
                        out.append(f"(?:{self._source(rule, inner, pending[:-1] + '_', inside)})")
                    else:
                        out.append(
                            f"(?P<{self._group(prefix + pending)}>{self._source(rule, inner, prefix, inside)})"
                        )
                    pending, at = "", close + 1
                else:
                    out.append("(?P<core>" if op == "<" else {">": ")", "(": "(?:"}.get(op, op))
                continue
            if mark == "=":
                pending = name
                continue
            if mark == ":":
                pending = name + ":"
                continue
            if name in self._symbols:
                body = self._symbols[name]
            elif name in self._macros and name not in inside:
                inner_prefix = pending[:-1] + "_" if pending.endswith(":") else prefix
                body = f"(?:{self._source(rule, self._macros[name], inner_prefix, inside | {name})})"
                if pending.endswith(":"):
                    pending = ""
            else:
                raise RulesError(f"dates.yaml: {rule.id}: {name!r} is neither a type nor a macro")
            if pending:
                body, pending = f"(?P<{self._group(prefix + pending)}>{body})", ""
            out.append(body)
        return "".join(out)


def _closing(text: str, at: int) -> int:
    depth = 1
    while depth:
        if at >= len(text):
            return at
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return at - 1
