"""Signs of the town whose article it is: mastheads, addresses, signature lines, newspapers, its own bodies.

They are evidence for whoever asks which town speaks (`findings.home`), none of them a proof: a text about a twinning
names the partner's town hall too. How often each kind is right stands in docs/cities.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from pipeline.components.cities.candidates import Candidate
from pipeline.findings import City, PlaceClue
from pipeline.knowledge.gazetteer import CITY, COUNTY, REGION, Place, fold

# A reader's eye for a head or a foot: so many characters.
_HEAD, _FOOT, _DATELINES = 250, 400, 600
SPEAKING = frozenset({"DE", "AT", "CH", "LI", "LU", "IT", "BE"})
_TOWN = 2_000
"""Inhabitants: a site may be named after a town of so many."""
# Words in -er that stand before a body without naming a town, though villages are called Neu, Alt and Groß.
_NO_TOWN = frozenset(
    [
        "erster",
        "zweiter",
        "dritter",
        "neuer",
        "alter",
        "großer",
        "grosser",
        "kleiner",
        "hoher",
        "oberer",
        "unterer",
        "früherer",
        "junger",
        "freier",
        "guter",
        "weiser",
        "roter",
        "grüner",
        "gruener",
        "schwarzer",
        "weißer",
        "weisser",
        "unser",
        "euer",
        "ihrer",
        "seiner",
        "deutscher",
        "letzter",
        "bester",
        "ganzer",
        "voller",
        "weiterer",
        "anderer",
        "mehrerer",
        "heutiger",
        "ehemaliger",
        "amtierender",
        "parteiloser",
        "stellvertretender",
        "langjähriger",
    ]
)

_POSTCODE = re.compile(
    r"(?:\b(?:D|A|CH|I|L|B|FL)[ –-]{1,3}\d{4,5}|(?<![\d./-])(?!(?:19|20)\d\d\s)\d{4,5})[ \u00a0]\Z"
)
_BODY_LEFT = re.compile(
    r"\b(?:Stadtrats?|Gemeinderats?|Rat|Rates|Kreistags?|Magistrats?|Stadtverwaltung|Rathaus|Amtsblatt|Mitteilungsblatt|Gemeindeblatt"
    r"|Stadtverordnetenversammlung|Gemeindevertretung|Bezirksamt|Bezirksverordnetenversammlung|Einwohnergemeinde|Stadtarchiv|Niederschrift"
    r"|Gemeindeverwaltung|Pressestelle|Landratsamt|Kreisverwaltung)(?: der (?:Stadt|Gemeinde|Marktgemeinde))? \Z"
)
# The last word before the town in a head line: a word for a town or its body.
_HEAD_WORD = re.compile(
    r"(?:stadtrats?|gemeinderats?|rat|rates|kreistags?|magistrats?|\w*stadt|\w*gemeinde|markt|kreis|landkreis|bezirks?|\w*amt|\w*blatt|\w*verwaltung"
    r"|\w*versammlung|\w*vertretung|niederschrift|pressestelle|rathaus|\w*nachrichten|gemeindebrief|verein|stadtarchiv)(?: der (?:stadt|gemeinde))?\Z",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset({"der", "des", "die", "für", "und"})
_PAPER = re.compile(
    r"(?:[- ](?:Kreis|Stadt|Volks|Land|Lokal)?-?)?(?:[Aa]nzeiger|[Tt]age?blatt|[Zz]eitung|[Nn]achrichten|[Kk]urier|[Bb]ote|[Rr]undschau|[Pp]ost|[Aa]llgemeine|[Pp]resse"
    r"|[Ww]ochenblatt|[Vv]olksblatt|[Kk]reisblatt|[Aa]mtsblatt|[Gg]emeindeblatt|[Gg]emeindebote|[Ss]tadtbote|[Mm]erkur|[Bb]latt|[Ss]tadtnachrichten)\b"
)
_BODY_RIGHT = re.compile(
    r" (?:Stadtrat|Stadträt|Gemeinderat|Gemeinderät|Kreistag|Rathaus|Rat\b|Magistrat|Stadtverwaltung|Gemeindeverwaltung|Stadtverordnete|Stadtparlament|Stadtoberhaupt"
    r"|Stadtspitze|Verwaltung|Ratsherr|Oberbürgermeister|Bürgermeister|Stadtpräsident|Gemeindepräsident|Landrat|Landrät|Kommunalpolitik|Stadtgesellschaft)"
)
_SIGNED = re.compile(
    r",? (?:den |am |im )?(?:\d{1,2}\.|(?:Jänner|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b)"
)
_DOMAIN = re.compile(
    r"(?<![\w.-])(?:[\w.+-]+@)?(?:https?://)?(?:www\.)?([A-Za-zäöüß][A-Za-zäöüß0-9-]{2,40})\.(de|at|ch|it|lu|be|li|eu|com|info|net|org|example)\b"
)
_TLD = re.compile(r"\.(?:de|at|ch|it|lu|be|li|eu|com|info|net|org|example)\b")
_DOMAIN_PART = re.compile(
    r"(?:^|-)(?:stadt|gemeinde|markt|rathaus|kreis|landkreis|lkr?|vg|amt|info|online|tourismus|partnerschaft|partnerschaftsverein|jumelage)(?=-|$)"
)


def home_clues(
    text: str,
    candidates: Sequence[Candidate],
    clues: Iterable[PlaceClue],
    finding: Callable[[Place], City],
    bearers: Callable[[str], list[Place]],
) -> list[PlaceClue]:
    """All signs of one text in its order; `clues` are the text's other clues, `finding` makes an entry of a place, `bearers`
    knows the places of a name.

    Kinds: "masthead" (in a head line behind the word for a town or its body), "address" (behind a postcode), "signature" (X, den 3. Mai at the foot), "paper" (X-er Anzeiger), "body" (der
    X-er Stadtrat, Gemeinderat X), "domain" (stadt-x.de), "dateline".
    """
    found: list[PlaceClue] = []
    by_name: dict[str, Candidate] = {}
    head = _head(text)

    def add(start: int, end: int, kind: str, city: City, confidence: float) -> None:
        found.append(PlaceClue(start, end, kind, city, city.country, f"cities.{kind}", confidence))

    for c in candidates:
        if c.place is None or c.place.kind == REGION or (c.score < 0 and c.part is None):
            continue
        by_name.setdefault(re.sub(r"[^a-z0-9]", "", c.key), c)
        left, right = text[max(0, c.start - 60) : c.start], text[c.end : c.end + 40]
        city = None
        for kind, says in (
            ("address", left[-2:-1].isdigit() and _POSTCODE.search(left)),
            ("masthead", c.start < head and _masthead(text, c.start)),
            ("body", c.start >= head and left[-2:-1].isalpha() and _BODY_LEFT.search(left)),
            ("signature", c.start > len(text) - _FOOT and left[-1:] in ("\n", "") and _SIGNED.match(right)),
            ("paper", _PAPER.match(right) if right[:1] in " -" else None),
        ):
            if says:
                city = city or finding(c.place)
                add(c.start, c.end, kind, city, round(c.link, 3))
    for clue in clues:
        if clue.city is None:
            continue
        if clue.kind == "dateline" and clue.start < _DATELINES:
            add(clue.start, clue.end, "dateline", clue.city, clue.confidence)
        elif clue.kind == "adjective" and clue.city.kind != "region":
            named = _followed_by(text, clue.start, clue.end)
            if named:
                add(clue.start, clue.end, named, clue.city, clue.confidence)
    # Anchored at a dot first: most texts have no domain, and the full pattern would begin at every word.
    for match in _DOMAIN.finditer(text) if _TLD.search(text) else ():
        name = fold(_DOMAIN_PART.sub("", match[1].lower()).strip("-")).replace("-", "")
        known = by_name.get(re.sub(r"[^a-z0-9]", "", name))
        country = match[2].upper()
        if (
            known is not None
            and known.place is not None
            and known.place.kind != COUNTY
            and (country not in SPEAKING or country == known.place.country)
        ):
            add(match.start(), match.end(), "domain", finding(known.place), round(known.link, 3))
        elif match.start() < _HEAD:  # the site's own name, before anything was said
            label = _DOMAIN_PART.sub("", match[1].lower()).strip("-")
            towns = [p for p in bearers(label) if p.kind == CITY and p.country in SPEAKING]
            towns = [p for p in towns if p.country == country] or towns
            if towns and towns[0].population >= _TOWN:
                add(match.start(), match.end(), "domain", finding(towns[0]), 0.6)
    found.sort(key=lambda clue: (clue.start, clue.end, clue.kind))
    return found


def body_or_paper(text: str, start: int, end: int) -> bool:
    """Does an adjective stand before a town's body or newspaper, as in "Bludenzer Rathaus", "WOHLER ANZEIGER"?"""
    return _followed_by(text, start, end) is not None and text[start:end].lower() not in _NO_TOWN


def _followed_by(text: str, start: int, end: int) -> str | None:
    """ "paper" or "body", whichever stands behind the adjective; words in capitals are read as if they were not."""
    right = text[end : end + 40]
    if text[start:end].isupper():
        right = right.title()
    if right[:1] in (" ", "-") and _PAPER.match(right):
        return "paper"
    return "body" if _BODY_RIGHT.match(right) else None


def _masthead(text: str, start: int) -> bool:
    """Is what stands before a name in its line nothing but capitalised words, the last one for a town or its body?"""
    before = text[text.rfind("\n", max(0, start - _HEAD), start) + 1 : start].strip(" ")
    if not _HEAD_WORD.search(before):
        return False
    words = re.findall(r"[^\W\d_]+", before)
    return all(not word[0].islower() or word in _SMALL_WORDS for word in words)


def _head(text: str) -> int:
    """Where the head ends: after three lines that are not empty, or _HEAD characters, whichever comes first."""
    at = lines = 0
    while lines < 3 and at < _HEAD:
        end = text.find("\n", at)
        if end < 0:
            break
        lines += end > at
        at = end + 1
    return min(at, _HEAD)
