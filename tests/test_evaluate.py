"""When an entry counts as right, what the figures say, and what a comparison finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from desk_records import blank, gold_of, record_data, record_of, seen_names, text_of, write_records
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.evaluate.gold import GoldArticle, GoldError, as_gold, load_gold
from pipeline.evaluate.matching import fold, linked_right, pair_dates, pair_up, same_city, same_person
from pipeline.evaluate.scoring import FIELDS, HEADLINE, Judged, score_article
from pipeline.evaluate.statistics import calibration, compare, f1_of, headline, holm, summarise
from pipeline.record import Record
from pipeline.review import entries
from pipeline.review.decisions import parse_operation
from pipeline.review.store import Store

TEXT = (
    "Bochum und Tsukuba sind seit 2019 Partnerstädte, sagte Oberbürgermeister Thomas Eiskirch am 25.11.2019."
)


def mention(words: str, nth: int = 0) -> dict[str, Any]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return {"start": start, "end": start + len(words), "text": words, "by": "test", "confidence": 0.9}


def city(name: str, geonames: int, country: str = "DE") -> dict[str, Any]:
    return {"id": f"geonames:{geonames}", "name": name, "kind": "city", "country": country, "geonames_id": geonames,
            "geonames_name": name, "latitude": 51.48, "longitude": 7.22, "population": 1, "partner": False,
            "mentions": [mention(name)]}  # fmt: skip


def date(words: str, edtf: str | None, nth: int = 0) -> dict[str, Any]:
    return {**mention(words, nth), "edtf": edtf, "modifier": None, "role": None}


def record(**parts: Any) -> Record:
    data = blank("test", TEXT)
    data.update(parts)
    entries.settle(data)
    return Record.model_validate(data)


def gold(**parts: Any) -> GoldArticle:
    empty = {"published": None, "cities": [], "officials": [], "dates": [], "topics": [], "partnerships": [],
             "agreements": {"types": [], "instruments": []}}  # fmt: skip
    return GoldArticle("test", "news", TEXT, {**empty, **parts})


def counts(field: str, article: GoldArticle, found: Record | None) -> tuple[int, int, int]:
    return score_article(article, found).counts[field]


class TestCities:
    def test_a_surface_form_is_enough(self) -> None:
        wanted = {"name": "Cluj-Napoca", "aliases": ["Klausenburg"], "country": "RO"}
        assert same_city(wanted, {"name": "Cluj", "mentions": [{"text": "KLAUSENBURG"}], "country": "RO"})
        assert not same_city(wanted, {"name": "Cluj", "mentions": [{"text": "Klausenburg"}], "country": "AT"})
        assert same_city(wanted, {"name": "Cluj", "mentions": [{"text": "Klausenburg"}], "country": None})

    def test_names_are_compared_without_case_accents_and_punctuation(self) -> None:
        assert fold("Groß-Gerau") == fold("gross gerau") and fold("Kętrzyn") == fold("Ketrzyn")
        assert fold("Łódź") == "lodz" and fold(None) == ""

    def test_a_link_is_right_by_id_or_within_thirty_kilometres(self) -> None:
        wanted = {"geonames_id": {"any": [1, 2]}, "lat": 51.48, "lon": 7.22}
        assert linked_right(wanted, {"geonames_id": 2, "latitude": None})
        assert linked_right(wanted, {"geonames_id": 9, "latitude": 51.5, "longitude": 7.4})
        assert not linked_right(wanted, {"geonames_id": 9, "latitude": 52.5, "longitude": 13.4})
        assert not linked_right({"geonames_id": 1}, {"geonames_id": 9, "latitude": 51.5, "longitude": 7.4})

    def test_counts(self) -> None:
        article = gold(cities=[{"name": "Bochum", "country": "DE", "geonames_id": 2947416, "lat": 51.48, "lon": 7.22},
                               {"name": "Tsukuba", "country": "JP", "geonames_id": 5},
                               {"name": "Hattingen", "country": "DE"}])  # fmt: skip
        found = record(cities=[city("Bochum", 2947416), city("Tsukuba", 6, "JP")])
        assert counts("cities", article, found) == (2, 2, 3)
        assert counts("city_links", article, found) == (1, 2, 2)

    def test_an_optional_entry_costs_nothing_found_or_not(self) -> None:
        article = gold(
            cities=[
                {"name": "Bochum", "country": "DE"},
                {"name": "Tsukuba", "country": "JP", "optional": True},
            ]
        )
        assert counts("cities", article, record(cities=[city("Bochum", 1)])) == (1, 1, 1)
        assert counts("cities", article, record(cities=[city("Bochum", 1), city("Tsukuba", 2, "JP")])) == (
            1,
            1,
            1,
        )

    def test_matching_is_one_to_one(self) -> None:
        assert pair_up([{"n": 1}, {"n": 1}], [{"n": 1}], lambda a, b: a == b) == {0: 0}


class TestPersons:
    @pytest.mark.parametrize(
        ("known", "found", "same"),
        [("Claudia Lehner", "Dr. Claudia Lehner", True), ("Claudia Lehner", "Lehner", True), ("Lehner", "Claudia Lehner", True),
         ("Claudia Lehner", "Petra Lehner", False), ("Claudia Lehner", "Claudia Meier", False), ("Hans von Berg", "Hans Berg", True)],
    )  # fmt: skip
    def test_surname_and_compatible_first_names(self, known: str, found: str, same: bool) -> None:
        assert same_person({"name": known}, {"name": found}) is same

    def test_role_and_city_of_those_that_were_found(self) -> None:
        article = gold(cities=[{"name": "Bochum", "country": "DE"}],
                       officials=[{"name": "Thomas Eiskirch", "role": {"any": ["lord_mayor", "mayor"]}, "city": "Bochum"}])  # fmt: skip
        official = {"name": "Thomas Eiskirch", "title": None, "role": "mayor", "city": None, "organisation": None,
                    "mentions": [mention("Thomas Eiskirch")]}  # fmt: skip
        found = record(cities=[city("Bochum", 1)], officials=[official])
        assert counts("officials", article, found) == (1, 1, 1)
        assert counts("official_roles", article, found) == (1, 1, 1)
        assert counts("official_cities", article, found) == (0, 1, 1)


class TestDates:
    def test_equal_spans_before_overlapping_ones(self) -> None:
        wanted = [{"span": (0, 10)}, {"span": (3, 7)}]
        assert pair_dates(wanted, [{"start": 3, "end": 7}, {"start": 8, "end": 9}]) == {1: 0, 0: 1}
        assert pair_dates([{"span": None}], [{"start": 0, "end": 4}]) == {}

    def test_value_and_modifier_must_both_be_right(self) -> None:
        article = gold(dates=[{"text": "2019", "nth": 0, "edtf": {"any": ["2019", "2019~"]}, "modifier": None},
                              {"text": "2019", "nth": 1, "edtf": "2019-11-25", "modifier": None}])  # fmt: skip
        found = record(dates=[date("2019", "2019~"), date("25.11.2019", "2019-11-24")])
        assert counts("dates", article, found) == (2, 2, 2)
        assert counts("date_values", article, found) == (1, 2, 2)

    def test_a_text_that_was_cleaned_is_found_again(self) -> None:
        data = record(dates=[date("2019", "2019")]).model_dump(mode="json")
        data["text"] = "Titel\n" + data["text"]
        for entry in data["dates"]:
            entry["start"], entry["end"] = entry["start"] + 6, entry["end"] + 6
        article = gold(dates=[{"text": "2019", "nth": 0, "edtf": "2019", "modifier": None}])
        assert counts("date_values", article, Record.model_validate(data)) == (1, 1, 1)


def pair(type_: str = "twinning", **parts: Any) -> dict[str, Any]:
    cities = ["geonames:1", "geonames:2"]
    return {"id": "", "cities": cities, "type": type_, "instrument": None, "status": "active", "signed": None, "since": None,
            "until": None, "officials": [], "topics": [], "evidence": [mention(TEXT)], "by": "test", "confidence": 0.7,
            **parts} | {"evidence": [{"start": 0, "end": len(TEXT), "text": TEXT}]}  # fmt: skip


BOTH = [{"name": "Bochum", "country": "DE"}, {"name": "Tsukuba", "country": "JP"}]
CITIES = [city("Bochum", 1), city("Tsukuba", 2, "JP")]


class TestPartnerships:
    def wanted(self, **parts: Any) -> GoldArticle:
        entry = {
            "cities": ["Tsukuba", "Bochum"],
            "type": "twinning",
            "status": "active",
            "signed": None,
            "since": "2019",
        }
        return gold(cities=BOTH, partnerships=[{**entry, **parts}])

    def test_pair_type_and_status_are_three_fields(self) -> None:
        found = record(cities=CITIES, partnerships=[pair(status="ended")])
        assert counts("partnerships", self.wanted(), found) == (1, 1, 1)
        assert counts("partnership_typed", self.wanted(), found) == (1, 1, 1)
        assert counts("partnership_full", self.wanted(), found) == (0, 1, 1)

    def test_the_entry_of_the_same_type_is_preferred(self) -> None:
        found = record(cities=CITIES, partnerships=[pair("friendship"), pair("twinning")])
        assert counts("partnership_full", self.wanted(), found) == (1, 2, 1)

    def test_a_date_is_asked_where_gold_or_record_has_one(self) -> None:
        assert counts("partnership_since", self.wanted(), record(cities=CITIES, partnerships=[pair()])) == (
            0,
            0,
            1,
        )
        dated = record(cities=CITIES, partnerships=[pair(since="2019", signed="2018")])
        assert counts("partnership_since", self.wanted(), dated) == (1, 1, 1)
        assert counts("partnership_signed", self.wanted(), dated) == (0, 1, 0)
        either = self.wanted(since={"any": ["2019", None]})
        assert counts("partnership_since", either, record(cities=CITIES, partnerships=[pair()])) == (
            0,
            0,
            0,
        )
        assert counts("partnership_since", either, dated) == (1, 1, 1)

    def test_without_a_record_everything_is_missed(self) -> None:
        score = score_article(self.wanted(), None)
        assert (
            score.counts["partnership_full"] == (0, 0, 1)
            and score.counts["published"] == (1, 1, 1)
            and score.missing
        )
        assert [e.what for e in score.errors if e.field == "partnerships"] == [
            "Tsukuba – Bochum twinning active"
        ]


def test_sets_with_optional_members() -> None:
    article = gold(
        topics=["culture", "sport?"], agreements={"types": ["twinning"], "instruments": ["treaty?"]}
    )
    topics = [{"id": t, "label": t, "score": 0.5, "mentions": []} for t in ("sport", "peace")]
    assert counts("topics", article, record(topics=topics)) == (0, 1, 1)
    assert counts("instruments", article, record()) == (0, 0, 0)


def test_records_made_from_gold_are_right_but_for_what_the_text_does_not_name() -> None:
    names = seen_names()[:40]
    scores = [score_article(GoldArticle(n, "", text_of(n), gold_of(n)), record_of(n)) for n in names]
    for field in FIELDS:
        assert summarise(scores, field).f1 > 0.95, field
    assert summarise(scores, "date_values").f1 == 1


def test_a_record_is_right_by_its_own_measure() -> None:
    for name in seen_names()[:40]:
        found = record_of(name)
        score = score_article(GoldArticle(name, "", found.text, as_gold(found)), found)
        assert score.errors == [] and all(
            tp == system == wanted for tp, system, wanted in score.counts.values()
        )


class TestStatistics:
    def scores(self, wrong: int) -> list[Any]:
        found = []
        for number in range(40):
            value = "2018" if number < wrong else "2019"
            article = gold(dates=[{"text": "2019", "nth": 0, "edtf": "2019", "modifier": None}])
            found.append(score_article(article, record(dates=[date("2019", value)])))
        return found

    def test_f1_and_its_interval(self) -> None:
        row = summarise(self.scores(10), "date_values", resamples=4000)
        assert (row.precision, row.recall, row.f1) == (0.75, 0.75, 0.75)
        # a proportion of 30 in 40: the normal interval is 0.75 ± 0.134
        assert row.low == pytest.approx(0.75 - 0.134, abs=0.03) and row.high == pytest.approx(
            0.75 + 0.134, abs=0.03
        )
        assert summarise(self.scores(0), "date_values").low == 1

    def test_nothing_to_find_and_nothing_found_is_right(self) -> None:
        assert f1_of(np.array([0, 0, 0])) == 1 and f1_of(np.array([0, 1, 0])) == 0

    def test_the_same_seed_gives_the_same_figures(self) -> None:
        assert headline(self.scores(7), HEADLINE) == headline(self.scores(7), HEADLINE)

    def test_a_clear_change_is_significant_and_none_is_not(self) -> None:
        found = {d.field: d for d in compare(self.scores(20), self.scores(2), FIELDS)}
        assert found["date_values"].adjusted < 0.01 and found["date_values"].low > 0
        assert found["dates"].p == 1 and found["dates"].new == found["dates"].old

    def test_the_randomisation_test_is_exact_enough(self) -> None:
        # 4 articles change, all for the better: under the null each side is as likely, so p = 2 / 2**4
        found = {d.field: d for d in compare(self.scores(4), self.scores(0), FIELDS, resamples=20_000)}
        assert found["date_values"].p == pytest.approx(2 / 16, abs=0.01)

    def test_holm(self) -> None:
        assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
    def test_holm_never_lowers_and_keeps_the_order(self, values: list[float]) -> None:
        adjusted = holm(values)
        assert all(a >= v for a, v in zip(adjusted, values, strict=True))
        assert [a for _, a in sorted(zip(values, adjusted, strict=True))] == sorted(adjusted)

    def test_calibration(self) -> None:
        judged = [Judged("dates", 0.8, n < 6) for n in range(10)] + [Judged("dates", 1.0, True)] * 10
        bins, error = calibration(judged)
        assert [(b.count, b.precision) for b in bins] == [(10, 0.6), (10, 1.0)]
        assert error == pytest.approx(0.1)


class TestGold:
    def test_accepted_reviews_are_gold(self, tmp_path: Path) -> None:
        store = Store(write_records(tmp_path / "out", ["b-brixen-regensburg", "halle-ronchin"]))
        store.refresh()
        with store.connect() as db:
            one = db.execute("SELECT id FROM queue WHERE name = 'b-brixen-regensburg'").fetchone()[0]
        operations = [
            {"op": "reject", "kind": "city", "key": "geonames:2849483"},
            {"op": "verdict", "value": "accepted"},
        ]
        store.decide(one, 0, "anna", [parse_operation(operation) for operation in operations])
        (article,) = load_gold(store.root)
        assert article.name == "b-brixen-regensburg" and "Regensburg" not in {
            c["name"] for c in article.data["cities"]
        }
        score = score_article(article, record_of("b-brixen-regensburg"))
        assert {e.what for e in score.errors if e.field == "cities"} == {"Regensburg DE"}

    def test_complaints_are_one_line(self, tmp_path: Path) -> None:
        with pytest.raises(GoldError, match="no gold here"):
            load_gold(tmp_path)
        (tmp_path / "a.json").write_text("{}", "utf-8")
        (tmp_path / "a.txt").write_text("x", "utf-8")
        with pytest.raises(GoldError, match="'cities' is missing"):
            load_gold(tmp_path)


class TestCommand:
    def gold_folder(self, tmp_path: Path, names: list[str]) -> Path:
        folder = tmp_path / "gold"
        folder.mkdir()
        for name in names:
            (folder / f"{name}.json").write_text(json.dumps(gold_of(name)), "utf-8")
            (folder / f"{name}.txt").write_text(text_of(name), "utf-8")
        return folder

    def test_json_figures_and_error_page(self, tmp_path: Path) -> None:
        names = seen_names()[:10]
        folder, out = self.gold_folder(tmp_path, names), write_records(tmp_path / "out", names[:-1])
        page = tmp_path / "errors.html"
        ran = CliRunner().invoke(app, ["evaluate", str(out), str(folder), "--json", "--html", str(page)])
        assert ran.exit_code == 0, ran.output
        figures = json.loads(ran.output)
        assert figures["missing_records"] == [names[-1]] and set(figures["fields"]) == set(FIELDS)
        assert (
            sum(genre["cities"]["gold"] for genre in figures["genres"].values())
            == figures["fields"]["cities"]["gold"]
        )
        html = page.read_text("utf-8")
        assert "http://" not in html.replace("http://www.w3.org", "") and names[-1] in html

    def test_compare_shows_article_by_article(self, tmp_path: Path) -> None:
        names = seen_names()[:6]
        folder, new = self.gold_folder(tmp_path, names), write_records(tmp_path / "new", names)
        old = write_records(tmp_path / "old", names)
        data = record_data("b-brixen-regensburg") if "b-brixen-regensburg" in names else record_data(names[0])
        name = Path(data["source"]["uri"]).stem
        data["dates"] = data["dates"][1:]
        (old / f"{name}.json").write_text(Record.model_validate(data).to_json(), "utf-8")
        ran = CliRunner().invoke(app, ["evaluate", "--compare", str(old), str(new), str(folder)])
        assert ran.exit_code == 0 and f"{name}  1 gained, 0 lost" in ran.output
        assert "+ dates missed:" in ran.output

    def test_hostile_text_stays_text_in_the_error_page(self) -> None:
        from pipeline.evaluate.browser import error_page

        text = "<script>alert(1)</script> Bochum"
        article = GoldArticle("x", "news", text, gold(cities=[{"name": "Bochum"}]).data)
        html = error_page([score_article(article, None)], [])
        assert "<script>alert" not in html and "&lt;script&gt;alert" in html and 'class="missed"' in html
