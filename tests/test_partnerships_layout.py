"""The parts of the partnerships component by themselves: layout, cues, lists."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.components.partnerships.layout import blocks_of, layout_of, split_clauses
from pipeline.components.partnerships.lexicon import cue_lexicon, fold
from pipeline.components.partnerships.places import link, places_of
from pipeline.findings import City, Findings, Mention


def roles(text: str) -> set[tuple[str, str]]:
    return {(text[hit.start : hit.end], hit.rule.role) for hit in cue_lexicon().find(text)}


def test_old_spelling_and_line_ends_make_no_difference() -> None:
    assert fold("Städtepart-\n   nerschaft") == fold("Staedtepartnerschaft")
    assert ("Staedtepartnerschaft", "tie") in roles("Die Staedtepartnerschaft lebt.")
    assert ("Part-\nnerstadt", "partner") in roles("Die Part-\nnerstadt kam.")
    assert ("V e r b r ü d e r u n g", "tie") in roles("   V e r b r ü d e r u n g   beschlossen!")


def test_a_phrase_may_leave_words_out() -> None:
    assert ("schlagen eine Partnerschaft vor", "plan") in roles("Wir schlagen eine Partnerschaft vor.")


def test_wrapped_lines_are_one_block_and_short_lines_a_list() -> None:
    wrapped = (
        "Die Städte Fulda und Como sind seit dem Jahre 1960 durch eine Urkunde\n"
        "miteinander verbunden, die im Rathaus hängt und die jedes Kind kennt,\n"
        "das dort einmal war.\n"
    )
    assert [block.kind for block in blocks_of(wrapped)] == ["text"]
    kinds = [block.kind for block in blocks_of("Partnerstädte\n\nIm Überblick\nComo\nArles\nLeiria\n")]
    assert kinds == ["heading", "heading", "item", "item", "item"]


def test_flattened_cells_are_a_row() -> None:
    assert [block.kind for block in blocks_of("ComoItalien1960Frau Roth\n")] == ["row"]


def _linked(text: str, names: list[str]) -> list[list[str]]:
    cities = [
        City(f"name:{name}", name, mentions=[Mention(text.index(name), text.index(name) + len(name), "test")])
        for name in names
    ]
    findings = Findings(cities=cities)
    layout, places = layout_of(text), places_of(findings)
    split_clauses(layout, [(place.start, place.end) for place in places.mentions])
    link(places, layout)
    return [
        [text[places.mentions[n].start : places.mentions[n].end] for n in group] for group in places.groups
    ]


def test_lists_hold_together_over_brackets_and_articles() -> None:
    text = "mit Como (Italien), dem dänischen Viborg, Arles 🇫🇷 und der Stadt Leiria."
    assert _linked(text, ["Como", "Viborg", "Arles", "Leiria"]) == [["Como", "Viborg", "Arles", "Leiria"]]


def test_a_relative_clause_is_no_list() -> None:
    assert _linked("Aus Como, mit dem Fulda verbunden ist, kam er.", ["Como", "Fulda"]) == [
        ["Como"],
        ["Fulda"],
    ]


@given(st.text(alphabet="Aa bß.,!?\n-–|()1:;„“", max_size=200))
def test_blocks_sentences_and_clauses_are_in_order_and_inside_each_other(text: str) -> None:
    layout = layout_of(text)
    split_clauses(layout, [])
    for start, end, block in layout.sentences:
        assert layout.blocks[block].start <= start < end <= layout.blocks[block].end
    for start, end, sentence in layout.clauses:
        assert layout.sentences[sentence][0] <= start < end <= layout.sentences[sentence][1]
    assert layout.starts == sorted(layout.starts)
    assert layout.clause_starts == sorted(layout.clause_starts)


@given(st.text(max_size=200))
def test_cues_lie_in_the_text(text: str) -> None:
    for hit in cue_lexicon().find(text):
        assert 0 <= hit.start < hit.end <= len(text)


def test_a_relative_clause_has_a_list_of_its_own() -> None:
    text = "mit Como, Arles, das auch mit Leiria, Brügge und Dokkum befreundet ist, und Wilton verschwistert."
    names = ["Como", "Arles", "Leiria", "Brügge", "Dokkum", "Wilton"]
    assert _linked(text, names)[:2] == [["Como", "Arles"], ["Leiria", "Brügge", "Dokkum"]]
