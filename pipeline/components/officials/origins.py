"""Which country a personal name points to: given names, frequent surnames, spelling."""

from __future__ import annotations

from pipeline.components.officials.names import NameLists
from pipeline.components.officials.rules import Origin

_NONE: frozenset[str] = frozenset()


class Origins:
    """Guesses the countries a name comes from; German names, and names at home in many places, say nothing."""

    def __init__(self, lists: NameLists, origins: list[Origin]) -> None:
        self._lists = lists
        self._letters = {letter: frozenset(o.countries) for o in origins for letter in o.letters}
        self._endings = {ending: frozenset(o.countries) for o in origins for ending in o.endings}
        self._longest = max(map(len, self._endings), default=0)

    def countries(self, name: str) -> frozenset[str]:
        """ISO codes that fit all the hints `name` gives; empty when it gives none or they contradict each other."""
        hints: list[frozenset[str]] = []
        words = name.replace("-", " ").split()
        for word in words[:-1] if len(words) > 1 else []:
            known = self._lists.forenames.get(word)
            if known:
                hints.append(frozenset(known))
        for word in words:
            surname = self._lists.surnames.get(word)
            if surname and (word is words[-1] or word is words[0]):
                hints.append(frozenset(surname))
        for letter in name.lower():
            if letter in self._letters:
                hints.append(self._letters[letter])
        last = words[-1].lower() if words else ""
        for size in range(min(self._longest, len(last) - 2), 1, -1):
            if last[-size:] in self._endings:
                hints.append(self._endings[last[-size:]])
                break
        if not hints:
            return _NONE
        common = frozenset.intersection(*hints)
        return common or frozenset.union(*hints)
