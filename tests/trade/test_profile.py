import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from models.errors import InputErrors
from models.trade.rules import RuleProfile
from models.trade.sourced import Sourced, holds_number, parse_clock, parse_window
from solver.trade.profile import SHIPPED, load_profile, shipped_profiles, unsourced

OPERATIONS = {"sweep", "flush", "fog", "sidewalk_wash", "collect_residual", "collect_kitchen"}


@pytest.mark.parametrize("name", shipped_profiles())
def test_shipped_profile_reads_and_has_the_six_operations(name):
    assert set(load_profile(name).operations) >= OPERATIONS


@pytest.mark.parametrize("name", shipped_profiles())
def test_no_number_in_a_shipped_file_is_without_a_source(name):
    raw = tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))
    assert list(unsourced(raw)) == []


def tables(value, place="profile"):
    if isinstance(value, BaseModel):
        yield place, value
        for name, part in value:
            yield from tables(part, f"{place}.{name}")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from tables(part, f"{place}.{name}")
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from tables(part, f"{place}[{number}]")


@pytest.mark.parametrize("name", shipped_profiles())
def test_no_number_of_a_read_profile_is_without_a_source(name):
    """A table with numbers is `Sourced`, or a part of one."""
    covered = []
    for place, table in tables(load_profile(name)):
        if isinstance(table, Sourced):
            covered.append(place)
            assert table.unsourced() == [], place
        elif any(holds_number(part) for _, part in table if not isinstance(part, BaseModel)):
            assert any(place.startswith(owner) for owner in covered), place
    assert len(covered) > 40


@pytest.mark.parametrize("name", shipped_profiles())
def test_passes_of_shipped_profiles_keep_their_gap_by_their_windows(name):
    for operation in load_profile(name).operations.values():
        cadences = list(operation.street.classes.values()) if operation.street else []
        for cadence in cadences:
            for first, second in zip(cadence.passes, cadence.passes[1:], strict=False):
                latest = max(late for _, late in first.windows)
                earliest = min(early for early, _ in second.windows)
                assert earliest - latest >= 3600 * cadence.min_gap_h


def test_intensive_changes_only_what_it_names():
    standard, intensive = load_profile("standard"), load_profile("intensive")
    assert intensive.labour == standard.labour
    assert intensive.operations["flush"].street.classes["III"].every_days == 2
    assert "III" not in standard.operations["flush"].street.classes


@pytest.mark.parametrize(
    ("text", "seconds"), [("04:30", 16_200), ("28:00", 100_800), ("04:00+1", 100_800)]
)
def test_times_beyond_midnight(text, seconds):
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["4", "25h", "12:60", "morning", "49:00"])
def test_a_wrong_time_says_how_to_write_it(text):
    with pytest.raises(ValueError, match="write"):
        parse_clock(text)


def test_a_window_over_midnight_is_not_guessed():
    with pytest.raises(ValueError, match="22:00-29:00"):
        parse_window("22:00-05:00")


def write(folder: Path, text: str) -> str:
    (folder / "rules.toml").write_text('extends = "standard"\n' + text, encoding="utf-8")
    return "rules.toml"


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("[costs]\ndiesel_cny_l = 9", "E193", "costs.diesel_cny_l"),
        ('[costs]\nsource="local"\ndiesel_cny_l = 9', "E192", "costs"),
        ('[costs]\nsource="local price list"\ndiesel_cny_l = -1', "E192", "costs.diesel_cny_l"),
        ('[costs]\nsource="memory"\ndiesel = 1', "E192", "costs.diesel"),
        ('[operations.fog]\nvehicle_types = ["dragon"]', "E192", ""),
        ('[operations.fog.street]\nroads = ["raod"]', "E192", "operations.fog.street"),
        (
            '[operations.fog.street.classes.I]\nsource="memory"\npasses=[{windows=["9-5"]}]',
            "E192",
            "operations.fog.street.classes.I.passes.0.windows.0",
        ),
        ("[operations", "E191", ""),
    ],
)
def test_a_wrong_profile_names_file_place_and_way_out(tmp_path, text, code, column):
    with pytest.raises(InputErrors) as caught:
        load_profile(write(tmp_path, text), tmp_path)
    issue = caught.value.issues[0]
    assert (issue.code, issue.file, issue.column) == (code, "rules.toml", column)
    assert issue.hint_en
    assert issue.hint_zh


def test_all_wrong_values_are_told_at_once(tmp_path):
    text = '[costs]\nsource="memory"\ndiesel_cny_l=-1\nwater_cny_m3=-1\ndriver_cny_h="much"'
    with pytest.raises(InputErrors) as caught:
        load_profile(write(tmp_path, text), tmp_path)
    assert len(caught.value.issues) == 3


def test_an_unknown_profile_lists_the_shipped_ones(tmp_path):
    with pytest.raises(InputErrors, match=r"intensive, standard"):
        load_profile("strict", tmp_path)


def test_a_ring_of_profiles_is_an_error(tmp_path):
    (tmp_path / "a.toml").write_text('extends = "a.toml"', encoding="utf-8")
    with pytest.raises(InputErrors, match="ring"):
        load_profile("a.toml", tmp_path)


def test_a_district_changes_single_costs():
    rules = load_profile("standard").with_costs({"diesel_cny_l": 8.1})
    assert rules.costs.diesel_cny_l == 8.1
    assert rules.costs.driver_cny_h == 45
    with pytest.raises(ValidationError):
        rules.with_costs({"beer_cny_l": 9})


def test_rules_are_frozen():
    rules = load_profile("standard")
    with pytest.raises(ValidationError):
        rules.name = "mine"
    assert isinstance(rules, RuleProfile)
