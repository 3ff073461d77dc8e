"""Nobody fools the judge: every kind of lie in a plan.json is noticed, no honest plan is blamed.

Three plans: a made-up town with everything a plan can hold, and real streets of Taipei and Nanjing.
"""

from __future__ import annotations

import copy
import json
import random
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from api.runner import write_day
from models.day import Budget, Request
from scenarios.demo import write_demo
from scenarios.desk.day import plan_loaded, unpack_inputs
from scenarios.desk.judge import Court, parse_plan
from scenarios.fool.believed import BELIEVED, PAPERS_BELIEVED, is_believed
from scenarios.fool.fields import every_field
from scenarios.fool.kinds import FORGERIES, ROUTES, WAYS
from scenarios.fool.storm import Storm, fool_folder
from solver.day.homes import learn_homes
from tests.conftest import ROOT
from tests.district import folders

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.fool.outcome import Caught

TOWN_DAY, CITY_DAY = date(2026, 3, 18), date(2026, 5, 12)
QUICK_ODD, WHOLE_ODD = 150, 1_500


def planned(folder: Path, day: date, iterations: int, *only: str) -> Path:
    """A plan folder beside the district."""
    out = folder.with_name(f"{folder.name}-plan")
    request = Request(
        day=day,
        budget=Budget(iterations=iterations),
        workers=1,
        only=frozenset(only) if only else None,
    )
    write_day(folder, request, out, language="en")
    return out


def storm_of(plan: Path, scratch: Path) -> Storm:
    unpack_inputs(plan, scratch)
    return Storm(Court(scratch), json.loads((plan / "plan.json").read_bytes()))


@pytest.fixture(scope="module")
def town_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grid of tests, with a haul truck, and a point open in hours nobody works in."""
    folder = folders.write_good(tmp_path_factory.mktemp("town") / "district")
    folders.replace(folder, "vehicles.csv", "V6,", "V7,苏F12399,hl_15,D1,early,,yes,,\nV6,")
    folders.replace(folder, "crews.csv", "C6,孙八,A2,D1,,early,", "C6,孙八,A2,D1,,early;night,")
    folders.replace(folder, "crews.csv", "C5,", "C7,周九,A2,D1,,early,yes,80,0,12:00\nC5,")
    folders.replace(
        folder,
        "points.csv",
        "B6,",
        "B7,夜店,restaurant,kitchen,121.086,31.975,80,3,02:00-02:05,no\nB6,",
    )
    return planned(folder, TOWN_DAY, 40)


@pytest.fixture(scope="module")
def town(town_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Storm:
    return storm_of(town_plan, tmp_path_factory.mktemp("town-inputs"))


@pytest.fixture(scope="module")
def everything(town: Storm) -> Storm:
    """The town planned once more after a first plan, with changes, locks and what was asked for."""
    before = town.bench.read(town.document)
    loaded = town.court.inputs_on(TOWN_DAY)
    request = Request(
        day=TOWN_DAY,
        budget=Budget(iterations=20),
        workers=1,
        before=before,
        keep=True,
        homes=learn_homes([before], loaded.rules.costs),
    )
    made = plan_loaded(loaded, request)[1].plan
    document = json.loads(made.model_dump_json(by_alias=True))
    for name in ("changes", "locks", "what_if"):
        assert BELIEVED[name](document, random.Random(1))
    return Storm(town.court, document)


@pytest.fixture(scope="module")
def tried() -> dict[str, bool]:
    """Which kinds found something to change, as the storm goes on."""
    return {}


def city(shared: Path, folder: Path, name: str, operation: str) -> Storm:
    """Every twelfth collection point of a bureau on real streets."""
    write_demo(folder, roads=shared / "osm" / f"{name}.osm.pbf")
    lines = (folder / "points.csv").read_text(encoding="utf-8").splitlines()
    (folder / "points.csv").write_text("\n".join([lines[0], *lines[1::12]]), encoding="utf-8")
    plan = planned(folder, CITY_DAY, 10, operation)
    return storm_of(plan, folder.with_name("inputs"))


@pytest.fixture(scope="module")
def taipei(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Storm:
    folder = tmp_path_factory.mktemp("taipei") / "district"
    return city(shared, folder, "taipei_arterials", "collect_kitchen")


@pytest.fixture(scope="module")
def nanjing(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Storm:
    folder = tmp_path_factory.mktemp("nanjing") / "district"
    return city(shared, folder, "nanjing_xuanwu", "collect_residual")


def test_there_are_enough_kinds():
    assert len(FORGERIES) >= 330


def test_the_town_has_everything_to_lie_about(town: Storm):
    document = town.document
    kinds = {step["kind"] for r in document["routes"] for t in r["trips"] for step in t["steps"]}
    assert {"start", "drive", "serve", "tip", "refill", "end"} <= kinds
    assert all(document[key] for key in ("stations", "haul", "tours", "roster", "unserved"))


def test_the_honest_town_is_blamed_for_nothing(town: Storm):
    assert town.honest() == ()


def test_honest_cities_are_blamed_for_nothing(taipei: Storm, nanjing: Storm):
    assert taipei.honest() == nanjing.honest() == ()


@pytest.mark.parametrize("name", FORGERIES)
def test_every_lie_about_the_town_is_noticed(town: Storm, name: str, tried: dict[str, bool]):
    caught = town.forge(name)
    tried[name] = caught.exit_code is not None
    assert caught.exit_code != 0


def test_most_kinds_found_something_to_lie_about(tried: dict[str, bool]):
    if len(tried) == len(FORGERIES):
        assert sum(tried.values()) >= len(FORGERIES) - 50  # the town has one run and one tour


ABOUT_THE_BOUND = [name for name in FORGERIES if "bound of the haul" in name or "haul_b" in name]


def test_less_is_proven_in_fewer_seconds_and_more_than_can_be_is_a_lie(town: Storm):
    """A judge that proves more than the plan tells blames it for nothing, but for lies about it."""
    document = copy.deepcopy(town.document)
    kpis = document["kpis"]
    kpis["haul_bound_cny"] = round(0.9 * kpis["haul_bound_cny"], 2)
    kpis["haul_gap_share"] = round(kpis["haul_cost_cny"] / kpis["haul_bound_cny"] - 1, 6)
    weak = Storm(town.court, document)
    assert weak.honest() == ()
    lies = [weak.forge(name, seed).exit_code for name in ABOUT_THE_BOUND for seed in range(4)]
    assert len(lies) == 3 * 4
    assert all(lies), "found something to change, and noticed"
    fields = dict(every_field(document, random.Random(1)))
    with weak.bench.sheet() as forged:
        fields["kpis.haul_bound_cny"](forged)
        assert weak.judge("", forged).exit_code


@pytest.mark.slow
@pytest.mark.parametrize("name", FORGERIES)
@pytest.mark.parametrize("seed", range(2, 8))
def test_it_is_noticed_wherever_it_is_told(town: Storm, name: str, seed: int):
    assert town.forge(name, seed).exit_code != 0


@pytest.mark.parametrize("name", WAYS)
def test_every_lie_about_ways_in_taipei_is_noticed(taipei: Storm, name: str):
    assert taipei.forge(name).exit_code != 0


@pytest.mark.parametrize("name", ROUTES)
def test_every_lie_about_routes_in_nanjing_is_noticed(nanjing: Storm, name: str):
    assert nanjing.forge(name).exit_code != 0


@pytest.mark.slow
@pytest.mark.parametrize("name", FORGERIES)
def test_every_lie_about_both_cities_is_noticed(taipei: Storm, nanjing: Storm, name: str):
    assert taipei.forge(name).exit_code != 0
    assert nanjing.forge(name).exit_code != 0


@pytest.mark.parametrize("name", list(FORGERIES)[::12])
def test_what_is_remembered_of_other_documents_changes_no_verdict(
    town: Storm, town_plan: Path, tmp_path: Path, name: str
):
    """A court that has heard many documents says of each what a new one says of it alone."""
    with town.bench.sheet() as forged:
        FORGERIES[name](forged, random.Random(5))
        whole = parse_plan(json.dumps(forged).encode())
        assert town.bench.read(forged) == whole
        told = town.court.violations(town.bench.read(forged))
    assert told == storm_of(town_plan, tmp_path).court.violations(whole)
    assert town.bench.read(town.document) == parse_plan(json.dumps(town.document).encode())


def test_a_storm_that_is_stopped_tells_what_it_found(town_plan: Path):
    def stop(caught: Caught, share: float) -> None:
        assert caught.exit_code != 0
        if share > 0.03:
            raise KeyboardInterrupt

    found = fool_folder(town_plan, 1, stop)
    assert found.stopped
    assert 0 < len(found.tried) <= len(found.caught) < found.total == len(FORGERIES)


def test_no_field_is_believed_but_those_that_are_listed(everything: Storm):
    assert everything.honest() == ()
    rng = random.Random(1)
    passed = []
    for field, change in every_field(everything.document, rng):
        with everything.bench.sheet() as forged:
            change(forged)
            if everything.judge(field, forged).exit_code == 0:
                passed.append(field)
    assert [field for field in passed if not is_believed(field)] == []


@pytest.mark.parametrize("name", [name for name in BELIEVED if name != "tours.pauses"])
def test_what_is_listed_as_believed_is_believed(town: Storm, everything: Storm, name: str):
    """A field that a judge has learned to verify leaves the list; of pauses see test_haul."""
    for storm in (town, everything):
        with storm.bench.sheet() as forged:
            if BELIEVED[name](forged, random.Random(1)):
                assert storm.judge(name, forged).exit_code == 0
                return
    pytest.fail("nothing to lie about")


@pytest.mark.parametrize("page", ["docs/violations.md", "docs/zh/violations.md"])
def test_the_page_lists_what_is_believed(page: str):
    text = (ROOT / page).read_text(encoding="utf-8")
    table = text[text.index("| `created` |") :].partition("\n\n")[0]
    fields = {line.split("`")[1] for line in table.splitlines()}
    assert fields == BELIEVED.keys() | PAPERS_BELIEVED.keys()


PHYSICAL = {
    "no way home": "DRIVE_END",
    "no drive to the tip": "DRIVE_END",
    "drive none": "DRIVE_END",
    "service cut": "SERVED_ARCS",
    "service none": "SERVED_ARCS",
    "a serve less": "UNSERVED_NO_REASON",
    "a task left out less": "CLAIM",
}
"""What a lie about the street is called, however true the figures beside it are."""


@pytest.mark.parametrize("name", PHYSICAL)
def test_a_lie_about_the_street_breaks_a_law_of_the_street(town: Storm, name: str):
    document = copy.deepcopy(town.document)
    assert FORGERIES[name](document, random.Random(3))
    codes = {one.code for one in violations(town, document)}
    assert PHYSICAL[name] in codes


FINDABLE = [
    "no drive to the tip", "service cut", "a service in no time", "route: cost_cny", "piece: name",
    "a task left out is served", "nobody on a route",
]  # fmt: skip


@pytest.mark.parametrize("name", FINDABLE)
def test_a_person_finds_the_place(town: Storm, name: str):
    document = copy.deepcopy(town.document)
    assert FORGERIES[name](document, random.Random(1))
    routes = {route["id"]: route["vehicle"] for route in document["routes"]}
    found = [one for one in violations(town, document) if one.route]
    assert found
    assert all(routes[one.route] == one.vehicle for one in found if one.route in routes)
    assert all(one.lon is not None and one.lat is not None for one in found)


def violations(storm: Storm, document: dict[str, Any]):
    return storm.court.violations(parse_plan(json.dumps(document).encode()))


def odd_values(storm: Storm, count: int, seed: int) -> list[str]:
    """Documents the judge breaks down over; what it says of the others does not matter."""
    return [name for name, document in storm.odd(count, seed) if not judged(storm, name, document)]


def judged(storm: Storm, name: str, document: object) -> bool:
    return storm.judge(name, document).exit_code in {0, 1, 2}


def test_whatever_stands_in_the_document_is_judged_or_refused(town: Storm):
    assert odd_values(town, QUICK_ODD, seed=1) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_ten_times_as_many_odd_documents(town: Storm, seed: int):
    assert odd_values(town, WHOLE_ODD // 10, seed) == []


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", "7", '"x"', "[" * 100_000, '{"routes": "\\ud800"}', "\xff"]
)
def test_what_is_no_plan_is_one_clear_error(town_plan: Path, tmp_path: Path, text: str):
    folder = tmp_path / "plan"
    shutil.copytree(town_plan, folder)
    (folder / "plan.json").write_bytes(text.encode("latin-1"))
    answer = CliRunner().invoke(app, ["judge", str(folder), "--lang", "en"])
    assert answer.exit_code == 2
    assert "E601" in answer.output


@pytest.mark.parametrize(
    ("name", "code"), [("route: cost_cny", 1), ("no way home on any route", 1), ("mode 99", 1),
                       ("left out: because", 2)],
)  # fmt: skip
def test_the_command_ends_as_the_plan_is_written(
    town: Storm, town_plan: Path, tmp_path: Path, name: str, code: int
):
    folder = tmp_path / "plan"
    shutil.copytree(town_plan, folder)
    document = copy.deepcopy(town.document)
    assert FORGERIES[name](document, random.Random(1))
    (folder / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    answer = CliRunner().invoke(app, ["judge", str(folder), "--lang", "en"])
    assert answer.exit_code == code, answer.output


def test_an_honest_plan_ends_with_nothing_to_say(town_plan: Path):
    assert CliRunner().invoke(app, ["judge", str(town_plan)]).exit_code == 0
