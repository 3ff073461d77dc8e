"""A day of construction waste one can add up by hand: two loads to a hub, one haul to the plant."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from models.plan import Plan, PlanHaul, PlanRoute, PlanStation, PlanStep, PlanTrip
from models.trade.manifest import Manifest, Origin
from models.units import CHINA

DAY = date(2026, 5, 12)
CARRIED = {"collect_construction": ("construction",), "sweep": ("sweepings",)}


def at(minutes: int) -> datetime:
    """A moment of the day, so many minutes after six."""
    return datetime(2026, 5, 12, 6, tzinfo=CHINA) + timedelta(minutes=minutes)


def step(kind: str, minutes: int, load_kg: int, **facts: str) -> PlanStep:
    """A step of five minutes, with what is on board after it."""
    return PlanStep(kind=kind, arrive=at(minutes), depart=at(minutes + 5), load_kg=load_kg, **facts)


def trip(*steps: PlanStep) -> PlanTrip:
    return PlanTrip(load_kg=0, water_l=0, steps=list(steps))


def day() -> Plan:
    """Route r: a and b (2,000 and 1,000 kg) to H, then c (500 kg) to H; 3,500 kg go on to P."""
    route = PlanRoute.model_construct(
        id="r", vehicle="W1", operation="collect_construction", crew=["d1"],
        trips=[
            trip(step("serve", 10, 2_000, task="a"), step("serve", 30, 3_000, task="b"),
                 step("tip", 50, 0, facility="H")),
            trip(step("serve", 70, 500, task="c"), step("tip", 90, 0, facility="H")),
        ],
    )  # fmt: skip
    run = PlanHaul.model_construct(
        id="h", vehicle="X1", driver="d2", station="H", plant="P", stream="construction",
        tonnes=3.5, depart=at(120), swap_end=at(128), arrive_plant=at(160), leave_plant=at(170),
    )  # fmt: skip
    hub = PlanStation.model_construct(id="H", taken_t=3.5)
    return Plan.model_construct(
        date=DAY, routes=[route], haul=[run], stations=[hub], unserved=[], tours=[]
    )


def origin(task: str, kg: int, minutes: int) -> Origin:
    return Origin(thing=task, task=task, name=task, kg=kg, when=at(minutes))


def sheets() -> list[Manifest]:
    """The day's sheets, as they should be."""
    truck = {"leg": "collect", "stream": "construction", "work": "r", "vehicle": "W1",
             "crew": ("d1",), "to": "H"}  # fmt: skip
    first = (origin("a", 2_000, 10), origin("b", 1_000, 30))
    return [
        Manifest(id="1", trip=1, origins=first, kg=3_000, begin=at(10), tipped=at(50), **truck),
        Manifest(id="2", trip=2, origins=(origin("c", 500, 70),), kg=500, begin=at(70),
                 tipped=at(90), **truck),
        Manifest(id="3", leg="haul", stream="construction", work="h", trip=1, vehicle="X1",
                 crew=("d2",), origins=(Origin(thing="H", task="", name="", kg=3_500,
                                               when=at(128)),),
                 to="P", kg=3_500, begin=at(128), tipped=at(160)),
    ]  # fmt: skip
