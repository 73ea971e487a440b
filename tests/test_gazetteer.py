"""The gazetteer: spellings that mean one place, what bears a name, and the index file and its folder."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.knowledge.gazetteer import (
    CITY,
    COUNTY,
    DISTRICT,
    REGION,
    Gazetteer,
    GazetteerError,
    fold,
    gazetteer,
)
from pipeline.knowledge.gazetteer.cache import KEPT, alone, prune
from pipeline.knowledge.gazetteer.own import further_places, strip_type
from pipeline.knowledge.gazetteer.store import cache_folder, read_columns, write_columns
from pipeline.knowledge.gazetteer.transliterate import transliterate


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("München", "Muenchen"),
        ("MÜNCHEN", "münchen"),
        ("Groß-Gerau", "Gross Gerau"),
        ("Kętrzyn", "Ketrzyn"),
        ("Cluj-Napoca", "Cluj Napoca"),
        ("Sankt Wendel", "St. Wendel"),
        ("Saint-Cloud", "St. Cloud"),
        ("Neustadt an der Weinstraße", "Neustadt a. d. Weinstr."),
        ("Frankfurt (Oder)", "Frankfurt/Oder"),
        ("Győr", "Györ"),
        ("Be’er Scheva", "Be'er Scheva"),
        ("Dort\u00admund", "Dortmund"),
        ("Dort-\nmund", "Dortmund"),
        ("Mu\u0308nchen", "München"),
    ],
)
def test_spellings_share_a_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Weil", "Weiler"), ("Bad Soden", "Soden"), ("Halle", "Halle (Saale)")]
)
def test_other_names_do_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("name", "country", "german"),
    [
        ("Бердичів", "UA", "Berdytschiw"),
        ("Збараж", "UA", "Sbarasch"),
        ("Чорноморськ", "UA", "Tschornomorsk"),
        ("Вишгород", "UA", "Wyschhorod"),
        ("Ржев", "RU", "Rschew"),
        ("Липецк", "RU", "Lipezk"),
        ("Архангельск", "RU", "Archangelsk"),
        ("Петрозаводск", "RU", "Petrosawodsk"),
    ],
)
def test_cyrillic_names_are_written_the_german_way(name: str, country: str, german: str) -> None:
    assert transliterate(name, country) == german


@pytest.mark.parametrize(
    ("name", "geonames", "country", "kind"),
    [
        ("Klausenburg", "Cluj-Napoca", "RO", CITY),
        ("Breslau", "Wrocław", "PL", CITY),
        ("Karl-Marx-Stadt", "Chemnitz", "DE", CITY),
        ("Leningrad", "Saint Petersburg", "RU", CITY),
        ("Dnipropetrowsk", "Dnipro", "UA", CITY),
        ("Köln", "Köln", "DE", CITY),
        ("Drohobytsch", "Drohobych", "UA", CITY),
        ("Sterzing", "Vipiteno", "IT", CITY),
        ("Kreis Borken", "Kreis Borken", "DE", COUNTY),
        ("Rems-Murr-Kreis", "Rems-Murr-Kreis", "DE", COUNTY),
        ("Oblast Odessa", "Odeska oblast", "UA", REGION),
        ("Siebenbürgen", "Siebenbürgen", "RO", REGION),
        ("Südtirol", "Südtirol", "IT", REGION),
        ("Waltham Forest", "Waltham Forest", "GB", DISTRICT),
    ],
)
def test_a_german_name_leads_to_its_place(name: str, geonames: str, country: str, kind: int) -> None:
    place = gazetteer().find(name)[0]
    assert (place.name, place.country, place.kind) == (geonames, country, kind)


def test_a_town_and_its_county_are_two_places_of_one_name() -> None:
    kinds = {place.kind for place in gazetteer().find("Mettmann")}
    assert {CITY, COUNTY} <= kinds


def test_places_know_their_state_and_size() -> None:
    bochum = gazetteer().find("Bochum")[0]
    assert bochum.gid == 2947416
    assert bochum.admin == "Nordrhein-Westfalen"
    assert bochum.population > 300_000
    assert abs(bochum.lat - 51.48) < 0.1


def test_what_nobody_knows_has_no_place() -> None:
    assert gazetteer().find("Xqzwhausen") == []
    assert gazetteer().find("") == []
    assert gazetteer().slots([]) == []


def test_many_names_at_once_are_found_like_one_by_one() -> None:
    index = gazetteer()
    names = ["Bochum", "Xqzw", "Tsukuba", "St. Wendel", "aber"]
    assert index.slots([fold(n) for n in names]) == [index.slots([fold(n)])[0] for n in names]


@pytest.mark.parametrize(
    ("unit", "bare"),
    [("Powiat rawicki", "rawicki"), ("Ternopil Raion", "Ternopil"), ("Gladsaxe Municipality", "Gladsaxe"), ("Shandong Sheng", "Shandong"),
     ("Ravenna", "Ravenna"), ("Kanton Bern", "Bern")],
)  # fmt: skip
def test_the_word_for_a_kind_of_unit_is_taken_off(unit: str, bare: str) -> None:
    assert strip_type(unit) == bare


def test_columns_come_back_as_written(tmp_path: Path) -> None:
    columns = {
        "a": np.arange(5, dtype=np.uint64),
        "b": np.array([1.5, 2.5], np.float32),
        "none": np.array([], np.int8),
    }
    write_columns(tmp_path / "x.bin", columns, {"version": "1"})
    back, about = read_columns(tmp_path / "x.bin")
    assert about["version"] == "1"
    for name, column in columns.items():
        assert back[name].dtype == column.dtype
        assert back[name].tolist() == column.tolist()


@pytest.mark.parametrize(
    "content",
    [b"", b"something else", b"JUMPLC02" + b"\xff" * 8, b"JUMPLC02" + (2).to_bytes(8, "little") + b"{}"],
)
def test_a_broken_index_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.bin").write_bytes(content)
    with pytest.raises(GazetteerError) as error:
        read_columns(tmp_path / "x.bin")
    assert "\n" not in str(error.value)


def test_writers_at_the_same_time_leave_one_whole_file(tmp_path: Path) -> None:
    columns = {"a": np.arange(50_000, dtype=np.uint64)}
    threads = [
        threading.Thread(target=write_columns, args=(tmp_path / "x.bin", columns, {"n": 1})) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_columns(tmp_path / "x.bin")[0]["a"].tolist() == columns["a"].tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["x.bin"]


def test_the_cache_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JUMELAGE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "jumelage"
    monkeypatch.setenv("JUMELAGE_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    """The index then lies in the temporary folder; run in a process of its own, with a small set of facts."""
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    code = _SMALL + "print(g.gazetteer().find('Foo')[0].name, g.gazetteer().path)\n"
    env = {**os.environ, "JUMELAGE_CACHE": str(blocked / "sub"), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    name, path = done.stdout.split()
    assert name == "Foo"
    assert Path(path).is_relative_to(tmp_path)
    assert stat.S_IMODE(Path(path).stat().st_mode) & 0o444


_SMALL = (
    "import pipeline.knowledge.gazetteer as g, pipeline.knowledge.gazetteer.build as b\n"
    "b._cities = lambda: {'1': dict(geonameid=1, name='Foo', latitude=1.0, longitude=2.0, countrycode='DE', population=5,"
    " admin1code='07', alternatenames=[])}\n"
)


def test_of_several_processes_one_builds_and_the_others_wait(tmp_path: Path) -> None:
    code = _SMALL + "print(g.gazetteer().find('Foo')[0].name)\n"
    env = {**os.environ, "JUMELAGE_CACHE": str(tmp_path / "cache")}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    said = [process.communicate(timeout=300) for process in processes]
    assert [out for out, _ in said] == ["Foo\n"] * 4, said
    assert sum("Building the place index" in err for _, err in said) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_the_lock_of_a_dead_builder_is_no_trap(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom pipeline.knowledge.gazetteer.cache import alone\n"
        "with alone(Path(sys.argv[1])):\n    print('mine', flush=True)\n    time.sleep(600)\n"
    )
    builder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert builder.stdout is not None
    assert builder.stdout.readline() == "mine\n"
    entered = threading.Event()

    def wait_for_it() -> None:
        with alone(tmp_path):
            entered.set()

    waiting = threading.Thread(target=wait_for_it, daemon=True)
    waiting.start()
    assert not entered.wait(0.5)
    builder.kill()
    builder.wait()
    builder.stdout.close()
    assert entered.wait(60)
    waiting.join()


def test_old_indexes_are_thrown_away_but_the_last_used(tmp_path: Path) -> None:
    names = [f"places-{number}.bin" for number in range(KEPT + 3)]
    for age, name in enumerate(names):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    (tmp_path / "places-9.binabc.part").write_bytes(b"half")
    os.utime(tmp_path / "places-9.binabc.part", (1e9, 1e9))
    (tmp_path / "places-8.binabc.part").write_bytes(b"being written")
    (tmp_path / "other.bin").write_bytes(b"x")
    prune(tmp_path, tmp_path / names[-1])
    assert {path.name for path in tmp_path.iterdir()} == {
        *names[:KEPT],
        names[-1],
        "places-8.binabc.part",
        "other.bin",
    }


def test_names_that_begin_so_come_largest_first() -> None:
    found = gazetteer().starts_with("klausenb")
    assert found[0].name == "Cluj-Napoca"
    assert found == sorted(found, key=lambda place: -place.population)
    assert len(gazetteer().starts_with("Neu", 5)) == 5
    assert gazetteer().starts_with("") == []
    assert gazetteer().starts_with("Qqqqq") == []


def test_facts_with_a_mistake_are_named_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "places.tsv").write_text("# c\nFoo\tvillage\tDE\t1\t2\t0\t\n", "utf-8")
    with pytest.raises(GazetteerError, match=r"places\.tsv:2: kind 'village' is not one of city"):
        list(further_places(tmp_path / "places.tsv"))
    (tmp_path / "places.tsv").write_text("Foo\tcity\n", "utf-8")
    with pytest.raises(GazetteerError, match=r"places\.tsv:1: 7 cells expected"):
        list(further_places(tmp_path / "places.tsv"))


def test_the_index_is_mapped_not_loaded() -> None:
    index = gazetteer()
    assert isinstance(index, Gazetteer)
    assert not index._keys.flags.owndata
    assert index.path.stat().st_size < 60_000_000
