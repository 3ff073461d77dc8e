"""A plan made by hand: vehicles that wander over a network, with everything a plan can hold."""

import random
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from models.district import District, Driver, ShiftPattern, Site, SiteKind, Stream, Vehicle
from models.network import RoadNetwork
from models.plan import (
    Piece,
    Plan,
    PlanDuty,
    PlanHaul,
    PlanPause,
    PlanRoute,
    PlanStation,
    PlanStep,
    PlanTour,
    PlanTrip,
    PlanUnserved,
    PlanViolation,
    StationPoint,
)
from models.record import PlanText
from models.units import timestamp
from solver.roads.osm import read_osm

DAY = date(2026, 3, 2)
OPERATIONS = ("sweep", "flush", "collect_residual", "fog", "collect_kitchen", "sidewalk_wash")
TOWN = """<osm version="0.6">{nodes}{ways}</osm>"""


def tiny_network(folder: Path) -> RoadNetwork:
    """A grid of 4 x 4 junctions 200 m apart; two streets have no name."""
    nodes = "".join(
        f'<node id="{10 * row + column + 1}" lon="{119.98 + column * 0.0021}" '
        f'lat="{31.78 + row * 0.0018}"/>'
        for row in range(4)
        for column in range(4)
    )
    streets = [
        ([10 * row + column + 1 for column in range(4)], name, highway)
        for row, (name, highway) in enumerate(
            [
                ("人民路", "primary"),
                ("", "tertiary"),
                ("和平路", "secondary"),
                ("花园街", "residential"),
            ]
        )
    ] + [
        ([10 * row + column + 1 for row in range(4)], name, "tertiary")
        for column, name in enumerate(["关河路", "青年路", "", "兰陵路"])
    ]
    ways = ""
    for number, (refs, name, highway) in enumerate(streets, start=100):
        tags = f'<tag k="highway" v="{highway}"/>' + (f'<tag k="name" v="{name}"/>' if name else "")
        ways += f'<way id="{number}">' + "".join(f'<nd ref="{r}"/>' for r in refs) + tags + "</way>"
    path = folder / "tiny.osm"
    path.write_text(TOWN.format(nodes=nodes, ways=ways), encoding="utf-8")
    return read_osm(path)


class Wanderer:
    """One vehicle on a random walk over the arcs."""

    def __init__(self, network: RoadNetwork, seed: int, begin: int) -> None:
        self.network, self.rng, self.now = network, random.Random(seed), begin
        self.out: dict[int, list[int]] = {}
        for arc, tail in enumerate(network.tail.tolist()):
            self.out.setdefault(tail, []).append(arc)
        self.arc = self.rng.randrange(network.num_arcs)
        self.load = 0
        self.water = 8000
        self.steps: list[PlanStep] = []

    def walk(self, count: int) -> list[int]:
        arcs = []
        for _ in range(count):
            nexts = self.out.get(int(self.network.head[self.arc]), [])
            forward = [a for a in nexts if a != int(self.network.reverse[self.arc])]
            if not nexts:
                break
            self.arc = self.rng.choice(forward or nexts)
            arcs.append(self.arc)
        return arcs

    def moment(self) -> datetime:
        return timestamp(DAY, self.now)

    def step(self, kind: str, seconds: int, **more: object) -> PlanStep:
        begin = self.moment()
        self.now += seconds
        out = PlanStep(
            kind=kind,
            arrive=begin,
            depart=self.moment(),
            load_kg=self.load,
            water_l=self.water,
            **more,
        )
        self.steps.append(out)
        return out

    def move(self, kind: str, count: int, speed: float, **more: object) -> PlanStep:
        arcs = self.walk(count)
        pieces, turns = [], ["straight", "right", "left", "straight", ""]
        for _, group in groupby(arcs, key=self.network.street):
            members = list(group)
            metres = sum(int(self.network.length_m[a]) for a in members)
            pieces.append(
                Piece(
                    name=self.network.street(members[0]),
                    distance_m=metres,
                    duration_s=max(1, round(metres / speed)),
                    turn=self.rng.choice(turns),
                    arcs=members,
                )
            )
        metres = sum(piece.distance_m for piece in pieces)
        ends = {}
        if arcs:
            ends = {
                "from": tuple(self.network.points(arcs[0])[0].tolist()),
                "to": tuple(self.network.points(arcs[-1])[-1].tolist()),
            }
        return self.step(
            kind,
            sum(p.duration_s for p in pieces),
            streets=pieces,
            distance_m=metres,
            **ends,
            **more,
        )


def walk_trips(walker: Wanderer, number: int, serves: int, sites: list[Site]) -> list[PlanTrip]:
    """Out of the depot, a break half way, twice to a tip, and home."""
    trips = []
    walker.step(
        "start", 900, facility=sites[0].id, name=sites[0].name, to=(sites[0].lon, sites[0].lat)
    )
    half = max(1, serves // 2)
    for serve in range(serves):
        walker.move("drive", walker.rng.randint(1, 4), 9.0)
        walker.load += 40
        walker.water -= 30
        if OPERATIONS[number % len(OPERATIONS)].startswith("collect"):
            node = int(walker.network.head[walker.arc])
            place = (float(walker.network.lon[node]), float(walker.network.lat[node]))
            walker.step(
                "serve",
                120,
                task=f"p{number}-{serve}",
                mode=0,
                name=f"{serve + 1}号收集点",
                **{"from": place, "to": place},
            )
        else:
            walker.move("serve", walker.rng.randint(1, 3), 2.0, task=f"w{number}-{serve}", mode=0)
        if serve == half - 1:
            walker.step("break", 1200)
        if serve in {half, serves - 1}:
            tip = sites[1 + number % 2]
            load, walker.load, walker.water = walker.load, 0, 8000
            walker.step("tip", 480, facility=tip.id, name=tip.name, to=(tip.lon, tip.lat))
            trips.append(PlanTrip(load_kg=load, water_l=30 * half, steps=walker.steps))
            walker.steps = []
    walker.move("drive", 3, 9.0)
    walker.step(
        "end", 300, facility=sites[0].id, name=sites[0].name, to=(sites[0].lon, sites[0].lat)
    )
    trips.append(PlanTrip(load_kg=0, water_l=0, steps=walker.steps))
    return trips


def walk_route(network: RoadNetwork, number: int, serves: int, sites: list[Site]) -> PlanRoute:
    operation = OPERATIONS[number % len(OPERATIONS)]
    begin = (4 + number % 3 * 8) * 3600 + number * 60
    walker = Wanderer(network, number, begin)
    trips = walk_trips(walker, number, serves, sites)
    steps = [step for trip in trips for step in trip.steps]
    service = sum(step.distance_m for step in steps if step.kind == "serve")
    total = sum(step.distance_m for step in steps)
    return PlanRoute(
        id=f"{operation}-{number + 1:02d}",
        part=0,
        vehicle=f"苏D{number + 10001}",
        vehicle_type=("ws_l", "fl_10", "cp_12")[number % 3],
        operation=operation,
        shift=("early", "middle", "night")[number % 3],
        depot=sites[0].id,
        engine="ruin",
        crew=[f"d{number + 1}"] if number % 5 else [],
        crew_needed=1 + number % 2,
        licence="B2",
        depart=timestamp(DAY, begin),
        **{"return": walker.moment()},
        distance_m=total,
        service_m=service,
        deadhead_m=total - service,
        duration_s=walker.now - begin,
        overtime_s=0,
        cost_cny=812.5,
        co2_kg=61.2,
        trips=trips,
    )


def make_sites(network: RoadNetwork) -> list[Site]:
    rng = random.Random(5)
    kinds = [
        ("depot-1", "城东停车场", SiteKind.DEPOT), ("st-1", "茶山转运站", SiteKind.STATION),
        ("st-2", "青龙转运站", SiteKind.STATION), ("w-1", "市政取水点", SiteKind.WATER),
        ("tip-1", "清扫垃圾卸料点", SiteKind.TIP), ("pl-1", "焚烧发电厂", SiteKind.PLANT),
        ("ch-1", "充电站", SiteKind.CHARGER),
    ]  # fmt: skip
    out = []
    for site_id, name, kind in kinds:
        node = rng.randrange(network.num_nodes)
        far = {"access_s": 2400, "access_m": 32000} if kind == SiteKind.PLANT else {}
        out.append(
            Site(
                id=site_id,
                name=name,
                kind=kind,
                lon=float(network.lon[node]),
                lat=float(network.lat[node]),
                design_kg=60000,
                streams=frozenset({Stream.RESIDUAL}),
                **far,
            )
        )
    return out


def make_district(network: RoadNetwork, folder: Path, routes: int) -> District:
    return District(
        id="tianning", name="天宁示范区", folder=folder, roads="tiny.osm", profile="standard",
        sites=tuple(make_sites(network)),
        vehicles=tuple(
            Vehicle(id=f"苏D{n + 10001}", type="ws_l", depot="depot-1", shifts=("early",),
                    overrides={}) for n in range(routes)
        ),
        shifts=(ShiftPattern(id="early", begin=14400, end=43200),),
        drivers=tuple(Driver(id=f"d{n + 1}", name=f"王师傅{n + 1}", licence="B2")
                      for n in range(routes)),
        costs={},
    )  # fmt: skip


def station(site: Site, overload: float) -> PlanStation:
    rng = random.Random(site.id)
    series, stock = [], 0.0
    for quarter in range(20, 80):
        arrivals = rng.choice([0, 0, 1, 1, 2, 3])
        stock = max(0.0, stock + arrivals * 4 * overload - 3)
        series.append(
            StationPoint(t=timestamp(DAY, quarter * 900), arrivals=arrivals, tonnes=arrivals * 4.0,
                         queue=max(0, arrivals - 2), stock_t=round(stock, 2))
        )  # fmt: skip
    taken = sum(point.tonnes for point in series)
    return PlanStation(
        id=site.id,
        name=site.name,
        design_t=taken / overload,
        taken_t=taken,
        load_ratio=overload,
        storage_t=40,
        peak_ratio=1.9,
        mean_wait_s=140,
        max_wait_s=660,
        series=series,
    )


def walk_plan(network: RoadNetwork, *, routes: int = 6, serves: int = 8) -> Plan:
    """A plan that uses every part of the schema; not a drivable one."""
    sites = make_sites(network)
    made = [walk_route(network, number, serves, sites) for number in range(routes)]
    tips = [s for s in sites if s.kind == SiteKind.STATION]
    haul = []
    for number in range(8):
        leave = timestamp(DAY, 6 * 3600 + number * 4200)
        times = [leave + timedelta(minutes=m) for m in (8, 55, 80, 125)]
        haul.append(
            PlanHaul(id=f"h{number + 1}", tour=f"haul-{number % 3 + 1:02d}",
                     vehicle=f"苏D9000{number % 3}", driver=f"d{number % 3}",
                     station=tips[number % 2].id, plant="pl-1", stream="residual", tonnes=14.0,
                     depart=leave, swap_end=times[0], arrive_plant=times[1], leave_plant=times[2],
                     **{"return": times[3]})
        )  # fmt: skip
    tours = [
        PlanTour(id=f"haul-{n + 1:02d}", vehicle=f"苏D9000{n}", vehicle_type="hl_15", shift="early",
                 depot=sites[0].id, crew=[f"d{n}"], licence="B2", depart=haul[n].depart,
                 pauses=[PlanPause(begin=haul[n].leave_plant,
                                   end=haul[n].leave_plant + timedelta(minutes=20))],
                 distance_m=90_000, tonnes=42.0, cost_cny=2_600.0, co2_kg=71.2,
                 **{"return": haul[n - 3].return_})
        for n in range(3)
    ]  # fmt: skip
    service = sum(r.service_m for r in made) / 1000
    deadhead = sum(r.deadhead_m for r in made) / 1000
    return Plan(
        district="天宁示范区", district_id="tianning", date=DAY, seed=1, engine="ruin",
        created=timestamp(DAY, 0), attribution="© OpenStreetMap contributors, ODbL 1.0",
        language="zh", operations=list(OPERATIONS),
        notes=[PlanText(zh="雨天，雾炮停用", en="rain: no fog cannons")],
        kpis={
            "routes": routes, "tasks": routes * serves + 2, "served": routes * serves,
            "unserved": 2, "service_km": round(service, 1), "deadhead_km": round(deadhead, 1),
            "duty_h": 38.5, "collected_t": {"collect_residual": 71.2, "sweep": 3.1},
            "water_m3": 24.5,
            "mechanised_rate": 0.985,
            "cost_cny": 5120.4, "co2_kg": 388.0, "violations": 1,
            "unserved_reasons": {"no_time": 1, "window": 1},
            "by_operation": {"sweep": {"routes": 2, "service_km": 31.5},
                             "flush": {"routes": 2, "service_km": 28.0}},
        },
        routes=made, stations=[station(tips[0], 0.82), station(tips[1], 1.18)], haul=haul,
        tours=tours,
        roster=[
            PlanDuty(driver=f"d{n + 1}", name=f"王师傅{n + 1}", work=[r.id], begin=r.depart,
                     end=r.return_, overtime_s=0)
            for n, r in enumerate(made) if r.crew
        ],
        unserved=[
            PlanUnserved(task="w-77", operation="sweep", name="背街小巷", reason="no_time",
                         relaxation=PlanText(zh="增加1辆小型洗扫车", en="one more small sweeper"),
                         lon=float(network.lon[3]), lat=float(network.lat[3])),
            PlanUnserved(task="p-9", operation="collect_kitchen", name="花园饭店", reason="window",
                         relaxation=PlanText(zh="时间窗延长40分钟", en="40 min more"),
                         lon=float(network.lon[-1]), lat=float(network.lat[-1])),
        ],
        violations=[PlanViolation(code="BAY_OVERLAP", where="st-2", excess=120, detail="08:15")],
    )  # fmt: skip
