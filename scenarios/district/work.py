"""Whether there is enough of everything: vehicles, tips and water for the work, people to drive.

Judged only when every table could be read: one fault there would give many here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.units import DAY, clock
from scenarios.district.rows.work import PointIn
from scenarios.district.words.messages import HAULING, called, types_called
from solver.tasks.nobody import collected
from solver.trade.hours import daily, gate
from solver.trade.labour import labour_rules
from solver.trade.sites import refills
from solver.trade.streams import collects, takes, with_usual
from solver.trade.vehicles import driving_hours, truck_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.district import ShiftPattern, Window
    from models.shift import LabourRules
    from models.trade.rules import RuleProfile
    from models.trade.work import Operation
    from models.truck import Truck
    from scenarios.district.reading import Reading
    from scenarios.district.rows.work import OrderIn


def check_work(reading: Reading) -> None:
    """Add findings about work that nobody on duty can do."""
    rules = reading.rules
    settings = reading.settings
    if rules is None or settings is None or reading.findings.issues:
        return
    if "vehicles" not in reading.tables:
        return
    table = reading.tables["vehicles"]
    shifts = [shift.to_domain() for shift in settings.shifts]
    fleet = [
        truck_of(vehicle.to_domain(), rules, shifts)
        for _, vehicle in reading.rows["vehicles"]
        if vehicle.available
    ]
    if not fleet:
        reading.findings.add("E408", table.where(0, "available"))
        return
    for name, operation in rules.operations.items():
        able = [truck for truck in fleet if name in truck.operations]
        stops = next(_stops(reading, name, operation), None) is not None
        types = types_called(rules, operation.vehicle_types)
        words = {"operation": called(operation), "types": types}
        if able:
            _sites(reading, name, operation, stops=stops)
            _loads(reading, operation, name, able)
            _hours(reading, name, operation, able)
        elif stops:
            reading.findings.add("E409", table.where(0, "type"), name, key=name, **words)
        elif operation.street is not None:
            reading.findings.add("W402", table.where(0, "type"), name, **words)
    _nobodys(reading, rules)
    _gates(reading, rules, shifts)
    _people(reading, rules, fleet)


def _gates(reading: Reading, rules: RuleProfile, shifts: Sequence[ShiftPattern]) -> None:
    """The depot of a vehicle is open all through its shifts."""
    table = reading.tables["vehicles"]
    depots = {row.id: row.hours for _, row in reading.rows["facilities"]}
    patterns = {shift.id: shift for shift in shifts}
    for at, vehicle in reading.rows["vehicles"]:
        for name in vehicle.shifts if vehicle.available else ():
            hours = driving_hours(rules.labour, patterns[name])
            out = gate(depots[vehicle.depot] or ((0, DAY),), hours)
            if out != hours:
                told = "-" if out is None else f"{clock(out[0])}-{clock(out[1])}"
                where = table.where(at, "depot")
                reading.findings.add("W411", where, vehicle.depot, shift=name, out=told)


def _nobodys(reading: Reading, rules: RuleProfile) -> None:
    """Points whose stream or kind no operation of the profile takes."""
    left: dict[str, list[PointIn]] = {}
    for (stream, kind), points in reading.points_by_kind().items():
        if not collected(rules, stream, kind):
            left.setdefault(stream, []).extend(points.rows)
    for name, rows in left.items():
        demand = f"{sum(point.demand_kg for point in rows):g}"
        where = reading.tables["points"].where(0, "stream")
        reading.findings.add("W407", where, name, points=len(rows), demand=demand)


def _stops(
    reading: Reading, name: str, operation: Operation
) -> Iterator[tuple[str, int, PointIn | OrderIn]]:
    """Points and orders that ask for the operation: table, row number, row."""
    for at, order in reading.rows["orders"]:
        if order.operation == name:
            yield "orders", at, order
    for (stream, kind), points in reading.points_by_kind().items():
        if collects(operation.points, stream, kind):
            for at, point in points:
                yield "points", at, point


def _sites(reading: Reading, name: str, operation: Operation, *, stops: bool) -> None:
    """A place to tip what it collects, and to refill what it sprays."""
    where = reading.tables["facilities"].where(0, "kind")
    rows = (row.to_domain(lon=0.0, lat=0.0) for _, row in reading.rows["facilities"])
    sites = [site if reading.rules is None else with_usual(site, reading.rules) for site in rows]
    if operation.street is None and not stops:
        return
    words = {"operation": called(operation)}
    tips = [site for site in sites if takes(site, operation)]
    several = len(operation.carried) > 1
    lacking = [one for one in operation.carried if not any(one in tip.accepts for tip in tips)]
    if operation.tip_kinds and (lacking if several else not tips):
        streams = lacking if several else operation.tip_streams
        kinds = " / ".join(operation.tip_kinds)
        reading.findings.add("E410", where, name, stream=" / ".join(streams), kinds=kinds, **words)
    if operation.refill_kinds and not any(refills(site, operation) for site in sites):
        reading.findings.add("E411", where, name, **words)


def _loads(reading: Reading, operation: Operation, name: str, able: list[Truck]) -> None:
    """No stop asks for more than the largest vehicle takes; passes share a point's demand."""
    if not operation.tip_kinds:
        return
    payload = max(truck.waste_kg for truck in able)
    passes = len(operation.points.visits.passes) if operation.points else 1
    for table, at, stop in _stops(reading, name, operation):
        if stop.demand_kg > payload * (passes if table == "points" else 1):
            where = reading.tables[table].where(at, "demand_kg")
            demand = f"{stop.demand_kg:g}"
            reading.findings.add(
                "W403", where, demand, operation=called(operation), payload=f"{payload:g}"
            )


def _hours(reading: Reading, name: str, operation: Operation, able: list[Truck]) -> None:
    """Some vehicle is on duty in some window of every stop."""
    duty = {(shift.begin, shift.end) for truck in able for shift in truck.shifts}
    met: dict[tuple[str, tuple[Window, ...]], bool] = {}
    for table, at, stop in _stops(reading, name, operation):
        if point := isinstance(stop, PointIn):
            column, windows = "hours", stop.hours
        else:
            column, windows = "window", (stop.window,)
        if (column, windows) not in met:
            met[column, windows] = any(
                daily(windows, b + 1, e - 1)
                if point
                else any(b < late and early < e for early, late in windows)
                for b, e in duty
            )
        bound = not point or operation.points is None or operation.points.row_hours
        if windows and bound and not met[column, windows]:
            where = reading.tables[table].where(at, column)
            text = ";".join(f"{clock(early)}-{clock(late)}" for early, late in windows)
            reading.findings.add("W404", where, text, operation=called(operation))


def _people(reading: Reading, rules: RuleProfile, fleet: list[Truck]) -> None:
    """Warn when there are fewer drivers than vehicles, or none with the licence of a type."""
    people = [person for _, person in reading.rows["crews"] if person.available]
    drivers = [person for person in people if person.licence]
    if not reading.rows["crews"]:
        return
    table = reading.tables["crews"]
    if len(drivers) < len(fleet):
        reading.findings.add("W401", table.where(), drivers=len(drivers), vehicles=len(fleet))
    labour = labour_rules(rules.labour)
    for kind, needed in sorted({(truck.type, truck.licence) for truck in fleet}):
        if not any(labour.covers(driver.licence, needed) for driver in drivers):
            where, type_ = table.where(0, "licence"), types_called(rules, [kind])
            reading.findings.add("W405", where, needed, type=type_, licence=needed)
    skilled = frozenset[str]().union(*(driver.skills for driver in drivers))
    for what, skill in sorted(_skills(labour, fleet)):
        if skill not in skilled:
            rule = rules.operations.get(what) or rules.vehicles.get(what)
            told = HAULING if rule is None else called(rule)
            reading.findings.add("W406", table.where(0, "skills"), skill, what=told, skill=skill)


def _skills(labour: LabourRules, fleet: list[Truck]) -> set[tuple[str, str]]:
    """Skills that work of this fleet needs: the operation or vehicle type, and the skill."""
    operations = {name for truck in fleet for name in truck.operations}
    tables = (
        (labour.operation_skills, operations),
        (labour.vehicle_skills, {truck.type for truck in fleet}),
    )
    return {
        (what, skill)
        for table, here in tables
        for what in here & table.keys()
        for skill in table[what]
    }
