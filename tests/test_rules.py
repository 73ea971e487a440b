"""Every rule keeps its own examples; a mistake in a rules file is one line with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.extractor import Extractor
from pipeline.knowledge.rules import Rule, RulesError, StrictModel, load_rules
from pipeline.knowledge.shipped import RULES
from pipeline.rulebook import Mark, check_rule, parse_marks, rules_in

ALL_RULES = [rule for _, rule in rules_in()]


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_rule_keeps_its_examples(rule: Rule, extractor: Extractor) -> None:
    assert list(check_rule(rule, extractor)) == []


def test_every_rule_shows_what_it_finds_and_what_it_must_not() -> None:
    bare = [rule.id for rule in ALL_RULES if not rule.examples or not rule.not_]
    assert bare == []


def test_rule_ids_differ() -> None:
    ids = [rule.id for rule in ALL_RULES]
    assert len(ids) == len(set(ids))


def test_a_rule_that_does_not_keep_its_example_is_reported(extractor: Extractor) -> None:
    rule = Rule.model_validate(
        {
            "id": "boilerplate.footer",
            "examples": ["Die [Stadt] tagte.", "[© Verlag Fulda]"],
            "not": ["© Verlag Fulda", "[© Verlag] Fulda"],
        }
    )
    faults = list(check_rule(rule, extractor))
    assert len(faults) == 2
    assert "'Stadt' is not found" in faults[0]
    assert "should not fire in '© Verlag Fulda'" in faults[1]


@pytest.mark.parametrize(
    ("marked", "plain", "marks"),
    [
        ("Am [3. Mai|2020-05-03] war", "Am 3. Mai war", [Mark(3, 9, "2020-05-03")]),
        ("[Fulda] und [Como]", "Fulda und Como", [Mark(0, 5, None), Mark(10, 14, None)]),
        ("[[Bearbeiten | Quelltext]]", "[Bearbeiten | Quelltext]", [Mark(0, 24, None)]),
        ("ohne Marken", "ohne Marken", []),
    ],
)
def test_marks_are_taken_out_of_the_text(marked: str, plain: str, marks: list[Mark]) -> None:
    assert parse_marks(marked) == (plain, marks)


class SmallRules(StrictModel):
    version: int
    months: dict[str, int]
    rules: list[Rule]


@pytest.mark.parametrize(
    ("content", "line", "expectation"),
    [
        ("version: 1\nmonths: {mai: fünf}\nrules: []\n", 2, "months.mai: Input should be a valid integer"),
        ("version: 1\nmonths: {}\nrules:\n  - id: Dates\n", 4, "rules.0.id: String should match pattern"),
        (
            "version: 1\nmonths: {}\nrules:\n  - id: a.b\n    exampels: []\n",
            5,
            "rules.0.exampels: Extra inputs",
        ),
        ("version: 1\nmonths: {}\nrules:\n  - id: a.b\n  - id: a.b\n", 5, "'a.b' is used twice"),
        ("version: 1\nmonths: {}\nrules: [}\n", 3, "not valid YAML"),
        ("version: 1\nrules: []\n", 1, "months: Field required"),
        ("", 1, "the file: Input should be a valid dictionary"),
        ("- a\n- b\n", 1, "the file: Input should be a valid dictionary"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_expectation(
    tmp_path: Path, content: str, line: int, expectation: str
) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(RulesError) as error:
        load_rules("small", SmallRules, tmp_path)
    message = str(error.value)
    assert message.startswith(f"{path}:{line}: ")
    assert expectation in message
    assert "\n" not in message


def test_a_missing_or_binary_rules_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"small\.yaml: cannot be read"):
        load_rules("small", SmallRules, tmp_path)
    (tmp_path / "small.yaml").write_bytes(b"\xff\xfe\x00broken")
    with pytest.raises(RulesError, match="is not UTF-8 text"):
        load_rules("small", SmallRules, tmp_path)


def test_edited_rules_are_used(tmp_path: Path) -> None:
    from pipeline import load

    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    path = folder / "boilerplate.yaml"
    path.write_text(path.read_text("utf-8").replace("anzeige|werbung", "inserat|werbung"), "utf-8")
    edited = load(rules=folder)
    assert [span.text for span in edited.extract("INSERAT\n\nDie Stadt tagte.").boilerplate] == ["INSERAT"]
    assert edited.extract("ANZEIGE\n\nDie Stadt tagte.").boilerplate == []
    assert edited.provenance.rules != load().provenance.rules
