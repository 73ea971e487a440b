"""Personal names: where one begins and where it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.components.officials.titles import UPPER, TitleLexicon, fold
from pipeline.knowledge.rules import RulesError
from pipeline.knowledge.shipped import RULES

_WORD = rf"(?:[{UPPER}][\w’'ʼ]*|al-[{UPPER}]\w*)(?:-[\w’']+)*"
_INITIAL = rf"[{UPPER}][a-z]?\.(?:-?[{UPPER}]\.)*"
_PARTICLE = (
    r"(?:von und zu|von der|von dem|von den|van der|van den|van de|van ’t|van 't|de la|de las|de los|de le|von|vom|van"
    r"|zu|zur|zum|ter|ten|del|della|delle|degli|dalla|di|da|dal|dos|das|do|du|de|le|la|el|al|bin|ibn|ben|af|av|y|op de)"
)
_GAP = r"[ \u00a0\u2009\u202f]{1,2}"
_TOKEN = re.compile(
    rf"(?P<initial>{_INITIAL})|(?P<word>{_WORD})|(?P<particle>{_PARTICLE})(?={_GAP}[{UPPER}])"
)
_SPACE = re.compile(_GAP)
_BEFORE = re.compile(
    rf"(?<![\w.’'-])(?:{_INITIAL}|{_WORD})(?:{_GAP}?(?:(?:{_PARTICLE}){_GAP})?(?:{_INITIAL}|{_WORD})){{0,5}}$"
)
_START_PARTICLES = frozenset({"van", "van der", "van den", "van de", "von der", "ten", "ter"})
_GLUED = re.compile(rf"[^\W\d_{UPPER}][{UPPER}]")
_CAMEL = re.compile(r"(?:Mc|Mac|De|Di|Da|Le|La|Van|Fitz|O|D|Des|Du)[A-Z’']")
_MAX_WORDS = 5
_REACH = 70


@dataclass(frozen=True, slots=True)
class Name:
    """A personal name in the smoothed text."""

    start: int
    end: int
    text: str

    @property
    def words(self) -> list[str]:
        return self.text.split()

    @property
    def surname(self) -> str:
        """The last word with the particles before it."""
        words = self.words
        at = len(words) - 1
        while at > 1 and words[at - 1][0].islower():
            at -= 1
        return " ".join(words[at:])


@dataclass(frozen=True, slots=True)
class NameLists:
    """Words that are no names; given names and surnames with the countries that they point to."""

    nouns: frozenset[str]
    forenames: dict[str, tuple[str, ...]]
    surnames: dict[str, tuple[str, ...]]


@cache
def load_names(directory: str | None = None) -> NameLists:
    """Read the lists in `names/` of a rules folder (None, or lacking them: the shipped one)."""
    folder = Path(directory or RULES) / "names"
    if not folder.is_dir():
        folder = Path(RULES) / "names"
    try:
        nouns = frozenset(_lines(folder / "nouns.txt"))
        forenames = _by_name(folder / "forenames.txt")
        surnames = _by_name(folder / "surnames.txt")
    except OSError as error:
        raise RulesError(f"{error.filename}: cannot be read ({error.strerror or error})") from None
    return NameLists(nouns, forenames, surnames)


def _by_name(path: Path) -> dict[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}
    for line in _lines(path):
        name, _, countries = line.partition("\t")
        made[name] = tuple(countries.split(",")) if countries else ()
    return made


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


class NameReader:
    """Reads personal names in one smoothed text.

    `persons`: spans that a model takes for persons, by start; `places`: spans of place mentions (both smoothed).
    """

    def __init__(
        self,
        text: str,
        lists: NameLists,
        titles: TitleLexicon,
        honorific: re.Pattern[str],
        persons: list[tuple[int, int]],
        places: list[tuple[int, int]],
    ) -> None:
        self.text = text
        self.lists = lists
        self.titles = titles
        self.honorific = honorific
        self.persons = dict(persons)
        self.in_person = _covered(persons)
        self._places = _covered(places)

    def after(self, at: int, addressed: bool = False) -> Name | None:
        """The name that begins at `at`, honorifics ("Dr.", "Frau") skipped, or None.

        `addressed`: what stands before says that a name must follow, even if it is a noun ("gez. Rausch").
        """
        while match := self.honorific.match(self.text, at):
            addressed = True
            at = match.end()
        start, end, words, previous = -1, at, 0, ""
        while words < _MAX_WORDS:
            token = _TOKEN.match(self.text, at)
            if token is None:
                break
            word = token.group()
            if token.lastgroup == "particle":
                if words == 0 and (word not in _START_PARTICLES or self._is_place(token.end() + 1)):
                    break
                following = _TOKEN.match(self.text, _skip(self.text, token.end()))
                if following is None or following.lastgroup != "word":
                    break
                if self._stops(following.start(), following.group(), "" if words else "\0", False):
                    break
                if self.titles.body_of_word(fold(following.group())) is not None:
                    break
                if start < 0:
                    start = token.start()
                at = following.start()
                token, word = following, following.group()
            elif self._stops(token.start(), word, previous, addressed):
                break
            if start < 0:
                start = token.start()
            end, at, words, previous = token.end(), token.end(), words + 1, word
            gap = _SPACE.match(self.text, at)
            if gap is None:
                if token.lastgroup == "initial":
                    continue
                break
            at = gap.end()
        return self._made(start, end)

    def before(self, at: int) -> Name | None:
        """The name that ends at `at`, or None."""
        match = _BEFORE.search(self.text, max(0, at - _REACH), at)
        if match is None:
            return None
        start = match.start()
        name: Name | None = None
        while start < at:
            found = self.after(start)
            if found is not None and found.end == at:
                name = found
                break
            gap = re.compile(rf"{_GAP}|(?<=\.)(?=[{UPPER}])").search(self.text, start + 1, at)
            if gap is None:
                break
            start = gap.end()
        return name

    def is_forename(self, word: str) -> bool:
        """Is `word`, or the first part of a double name, a given name we know?"""
        return word in self.lists.forenames or word.split("-")[0] in self.lists.forenames

    def likely(self, name: Name) -> bool:
        """Is this a person without a title's help: two words, the first a given name or the model says so?"""
        if name.start in self.in_person:
            return True
        words = name.words
        return len(words) > 1 and (
            self.is_forename(words[0]) or (len(words) == 2 and self.is_forename(words[1]))
        )

    def word_before_is_forename(self, at: int) -> bool:
        """Does a given name stand right before `at`: another person of the same surname?"""
        match = re.search(rf"([{UPPER}][\w’'-]+){_GAP}$", self.text[max(0, at - 30) : at])
        return match is not None and self.is_forename(match.group(1))

    def _made(self, start: int, end: int) -> Name | None:
        if start < 0:
            return None
        text = " ".join(self.text[start:end].split())
        last = text.split()[-1]
        if last.endswith("."):
            return None
        if last.isupper() and len(last) < 3 and " " not in text:
            return None
        return Name(start, end, text)

    def _is_place(self, at: int) -> bool:
        return at in self._places

    def _stops(self, at: int, word: str, previous: str, addressed: bool) -> bool:
        """Does the name end before this word?"""
        if at in self.in_person and not word.isupper():
            return False
        known = self.is_forename(previous) if previous else False
        if word.isupper() and word.capitalize() in self.lists.nouns:
            return True
        if word in self.lists.nouns and not (word in self.lists.forenames and not previous):
            plain = self.titles.analyse(word) is None
            return not (plain and len(word) < 9 and (known or (addressed and not previous)))
        if word.endswith(".") or "." in word:
            return False
        if _GLUED.search(word) and not _CAMEL.match(word):
            return True
        if len(word) < 2 or (word.isupper() and len(word) < 5 and word.isalpha()):
            return True
        if self._is_place(at) and not known:
            return True
        title = self.titles.analyse(word)
        if title is not None:
            return not known
        return (
            bool(re.search(r"(?:ung|heit|keit|schaft|schaften|ungen|ismus|tät|tion|tionen)s?$", word))
            and not known
        )


def _skip(text: str, at: int) -> int:
    gap = _SPACE.match(text, at)
    return gap.end() if gap else at


def _covered(spans: list[tuple[int, int]]) -> frozenset[int]:
    """All offsets inside the spans."""
    return frozenset(offset for start, end in spans for offset in range(start, end))
