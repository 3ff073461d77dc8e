"""From cleaning classes to street jobs: which kerbs, which lanes, how many passes, how much."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.ids import TaskId
from models.network import CLASSES, FOOT_CLASSES, Access, NodeFlag
from models.trade.sourced import Cadence, Pass
from solver.tasks.crumbs import street_name, street_numbers
from solver.tasks.jobs import MAX_JOB_M, Job
from solver.tasks.rota import Unit, pass_m, rota, turns
from solver.trade.cadence import banned_hours
from solver.trade.headway import day_passes, extra_pass
from solver.trade.kerbs import litres, strips, treated_m, waste_kg

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from models.district import Order
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from models.trade.work import StreetWork
    from solver.tasks.ground import Ground


class Piece(NamedTuple):
    """A stretch of one street: its arcs, and those of the other direction in driving order.

    `names` say where it lies, seen in the one and in the other direction (`TaskId.place`).
    """

    there: tuple[int, ...]
    back: tuple[int, ...]
    names: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Kerb:
    """A strip of a piece that is served at one go: in one of the options, `passes` times over."""

    name: str
    options: tuple[tuple[int, ...], ...]
    width_m: float
    passes: int


def street_jobs(
    rules: RuleProfile,
    operation: str,
    ground: Ground,
    alike: NDArray[np.int64],
    due: Callable[[Unit], bool],
    *,
    extra: Callable[[Sequence[Unit]], Collection[Unit]] = lambda _: (),
) -> list[Job]:
    """Jobs of an operation along all streets that are `due`, and optional ones of an `extra` pass.

    Only arcs of one number in `alike` (m,) make one job: those open to the same vehicles.
    """
    work = rules.operations[operation].street
    if work is None:
        return []
    units = street_units(rules, operation, ground)
    today = {arc: one for one in units if due(one) for arc in one.arcs}
    more = {arc: one for one in extra(units) for arc in one.arcs}
    chosen, crumb_m = wanted(work, ground, operation), rules.classes.crumb_m
    found: list[Job] = []
    for piece in pieces(ground, chosen, alike, join_m=work.join_m, crumb_m=crumb_m):
        if unit := today.get(piece.there[0]):
            found += _piece_jobs(rules, operation, ground, piece, unit.cadence, turn=unit.turn)
        if again := more.get(piece.there[0]):
            done = len(again.cadence.passes) if unit else 0
            found += _piece_jobs(rules, operation, ground, piece, again.cadence, beyond=done)
    return found


def street_units(rules: RuleProfile, operation: str, ground: Ground) -> list[Unit]:
    """All street work of an operation with its rhythms; a class not named takes the lowest's.

    Stretches are dealt as if every vehicle could drive everywhere, so that neither the fleet of
    the day nor a new stop changes the rota.
    """
    work = rules.operations[operation].street
    if work is None or not (work.classes or work.levels):
        return []
    by_class: dict[str, Cadence] = {str(name): one for name, one in work.classes.items()}
    network, lowest = ground.network, max(work.classes or work.levels)
    by_class |= work.levels
    anyone, crumb_m = np.zeros(network.num_arcs, np.int64), rules.classes.crumb_m
    chosen, metres = wanted(work, ground, operation), pass_m(network, work)
    whole: dict[str, list[tuple[TaskId, Piece]]] = {name: [] for name in by_class}
    for piece in pieces(ground, chosen, anyone, join_m=work.join_m, crumb_m=crumb_m):
        level = ground.level(piece.there[0])
        if level not in work.levels:
            level = ground.cleaning_class(piece.there[0])
        task = TaskId(operation, str(network.way[piece.there[0]]), min(piece.names))
        whole[level if level in by_class else lowest].append((task, piece))
    found: list[Unit] = []
    for name, cadence in by_class.items():
        mine = sorted(whole[name])
        ends = [[network.tail[one.there[0]], network.head[one.there[-1]]] for _, one in mine]
        middles = np.array(ends, np.int64).reshape(-1, 2)
        weights = [float(metres[[*one.there, *one.back]].sum()) for _, one in mine]
        lon, lat = network.lon[middles].mean(axis=1), network.lat[middles].mean(axis=1)
        rhythms = rota(cadence, lon, lat, np.array(weights))
        rounds = turns(cadence, lon, lat, np.array(weights))
        found += [
            Unit(
                id=task,
                name=network.street(piece.there[0]),
                cleaning_class=ground.cleaning_class(piece.there[0]),
                cadence=cadence,
                rhythm=rhythm,
                work_m=round(weight),
                arcs=(*piece.there, *piece.back),
                turn=turn,
            )
            for (task, piece), rhythm, turn, weight in zip(
                mine, rhythms, rounds, weights, strict=True
            )
        ]
    return found


def order_jobs(
    rules: RuleProfile, operation: str, ground: Ground, order: Order, alike: NDArray[np.int64]
) -> list[Job]:
    """Jobs of an order on a street: every kerb once inside the order's window."""
    chosen = np.zeros(ground.network.num_arcs, bool)
    chosen[ground.order_arcs[order.id]] = True
    one = Cadence(source="local order", passes=(Pass(windows=(order.window,), rule="finish"),))
    found: list[Job] = []
    for piece in pieces(ground, chosen, alike):
        found += _piece_jobs(rules, operation, ground, piece, one, prefix=order.id)
    return found


def wanted(work: StreetWork, ground: Ground, operation: str) -> NDArray[np.bool_]:
    """Arcs the operation serves: by road class, cleaning class, access and the overrides (m,)."""
    network = ground.network
    road = np.isin(network.highway, [CLASSES.index(name) for name in work.roads])
    codes = [code for code, name in enumerate(ground.class_names) if name in work.classes]
    open_codes = {Access.YES, Access.DESTINATION} | ({Access.PRIVATE} if work.private else set())
    is_open = np.isin(network.access, [int(code) for code in open_codes])
    foot = np.isin(network.highway, [CLASSES.index(name) for name in FOOT_CLASSES])
    is_open |= foot & (network.access == Access.FOOT)
    chosen = road & np.isin(ground.classes, codes) & is_open
    if work.core_only:
        chosen &= ground.streets.core
    levels = [code for code, name in enumerate(ground.streets.levels) if name in work.levels]
    chosen |= np.isin(ground.streets.level, levels) & road & is_open
    chosen |= ground.included(operation)
    chosen &= ~ground.excluded(operation)
    return chosen if work.tunnels else chosen & ~network.tunnel


def pieces(
    ground: Ground,
    chosen: NDArray[np.bool_],
    alike: NDArray[np.int64],
    *,
    join_m: float = 0,
    crumb_m: float = 0,
) -> Iterator[Piece]:
    """Stretches of chosen streets, each street taken once, in the order of its first arc.

    Arcs that were split for a stop or for length are chained again, up to about MAX_JOB_M. With
    `join_m` a stretch goes on along its street over junctions, up to about that length. No cut
    leaves a stretch below `crumb_m`. No stretch begins or ends at a stop, so a new stop leaves all
    of them, and their names, as they are.
    """
    network = ground.network
    seen_names: Counter[tuple[int, frozenset[str]]] = Counter()
    after, before = _links(ground, chosen, alike, join=join_m > 0)
    seen = np.zeros(network.num_arcs, bool)
    for first in np.flatnonzero(chosen).tolist():
        if seen[first]:
            continue
        arc = first
        while before[arc] >= 0 and not seen[before[arc]]:
            arc = before[arc]
            if arc == first:  # a ring
                break
        chain: list[int] = []
        while arc >= 0 and not seen[arc]:
            seen[arc] = True
            if (back := network.reverse[arc]) >= 0:
                seen[back] = True
            chain.append(int(arc))
            arc = after[arc]
        for part, begin, end in _stretches(ground, chain, join_m or MAX_JOB_M, crumb_m):
            there = tuple(chain[part])
            twins = int(network.way[there[0]]), frozenset({begin, end})
            seen_names[twins] += 1
            names = _names(begin, end, seen_names[twins])
            back_arcs = tuple(int(network.reverse[arc]) for arc in reversed(there))
            two_way = min(back_arcs) >= 0 and bool(chosen[list(back_arcs)].all())
            yield Piece(there, back_arcs if two_way else (), names)


def _links(
    ground: Ground, chosen: NDArray[np.bool_], alike: NDArray[np.int64], *, join: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Next and previous chosen arc of the same street, else -1.

    They agree in class, level, width, bridge, operator and, in both directions, in the number in
    `alike`.
    Through split nodes, and into and out of crumbs; with `join` over junctions too, where the
    street goes on in one piece and no turn restriction forbids it in either direction.
    """
    network = ground.network
    after = np.full(network.num_arcs, -1)
    before = np.full(network.num_arcs, -1)
    walls = NodeFlag.BLOCKED | NodeFlag.PRIVATE_GATE | NodeFlag.NO_HGV
    passable = network.node_flags & walls == 0
    joint = join | (network.node_flags & NodeFlag.SPLIT > 0)
    banned = _banned_pairs(network)
    street = ground.streets.street
    crumb = street != street_numbers(network)
    two_way = network.reverse >= 0
    facing = np.where(two_way & chosen[network.reverse], alike[network.reverse], -1)
    columns = (
        alike, facing, ground.classes, ground.streets.level, ground.streets.operator,
        network.width_dm, network.bridge, two_way,
    )  # fmt: skip
    leaving: dict[tuple[int, int], list[int]] = {}
    arriving: Counter[tuple[int, int]] = Counter()
    for arc in np.flatnonzero(chosen).tolist():
        leaving.setdefault((int(network.tail[arc]), int(street[arc])), []).append(arc)
        arriving[int(network.head[arc]), int(street[arc])] += 1
    for arc in np.flatnonzero(chosen & passable[network.head]).tolist():
        place = int(network.head[arc]), int(street[arc])
        back = int(network.reverse[arc])
        onward = [one for one in leaving.get(place, ()) if one != back]
        if len(onward) != 1 or arriving[place] > 1 + (back >= 0):
            continue  # the street forks or crosses itself here
        to = onward[0]
        same = all(column[to] == column[arc] for column in columns)
        same = same and bool(joint[network.head[arc]] or crumb[arc] or crumb[to])
        if same and not {(arc, to), (int(network.reverse[to]), back)} & banned:
            after[arc], before[to] = to, arc
    return after, before


def _banned_pairs(network: RoadNetwork) -> set[tuple[int, int]]:
    """Turns that are banned for somebody, or are part of a banned longer way.

    A longer way also passes the places where its own roads were cut: nobody turns there.
    """
    found = {(int(frm), int(to)) for frm, to, _ in network.banned_turns}
    found.update(*(pairwise(path[:-1]) for path in network.banned_paths))
    cut = network.node_flags & NodeFlag.SPLIT > 0
    return {(frm, to) for frm, to in found if not cut[network.head[frm]]}


def _stretches(
    ground: Ground, chain: Sequence[int], limit_m: float, crumb_m: float
) -> Iterator[tuple[slice, str, str]]:
    """A chain cut into stretches, and the names of their ends: an OSM node, or metres after one.

    Cuts lie at nodes that were there before the roads were cut at stops.
    """
    network = ground.network
    heads = network.head[list(chain)].tolist()
    lengths = network.length_m[list(chain)].tolist()
    node, run = int(network.node_osm[network.tail[chain[0]]]), 0
    places, ends, units, unit = [_end(node, run)], [0], [], 0
    for number, (head, length) in enumerate(zip(heads, lengths, strict=True), start=1):
        run, unit = run + length, unit + length
        if network.node_osm[head] >= 0:
            node, run = int(network.node_osm[head]), 0
        if head < ground.nodes_before_stops or number == len(chain):
            places.append(_end(node, run))
            ends.append(number)
            units.append(unit)
            unit = 0
    for part in _cut(units, limit_m, crumb_m):
        yield slice(ends[part.start], ends[part.stop]), places[part.start], places[part.stop]


def _end(node: int, metres: int) -> str:
    return f"{node}+{metres}" if metres else str(node)


def _names(begin: str, end: str, number: int) -> tuple[str, str]:
    """A stretch's name in both directions, the `number`-th of its way between these ends."""
    nth = f"#{number}" if number > 1 else ""
    return f"{begin}:{end}{nth}", f"{end}:{begin}{nth}{'-back' if begin == end else ''}"


def _cut(lengths: list[int], limit_m: float, crumb_m: float = 0) -> list[slice]:
    """Cut a chain into stretches of about equal length, none much above `limit_m`.

    Where there is more, none is below `crumb_m`.
    """
    rest = sum(lengths)
    goal = rest / ceil(rest / limit_m)
    found, first, done = [], 0, 0.0
    for place, length in enumerate(lengths):
        if done >= max(crumb_m, 1) and done + length / 2 > goal and rest >= crumb_m:
            found.append(slice(first, place))
            first, done = place, 0.0
        done += length
        rest -= length
    return [*found, slice(first, len(lengths))]


def kerbs(work: StreetWork, piece: Piece, width_m: float) -> list[Kerb]:
    """Strips of a piece by the operation's side rule; `width_m` is the whole way's."""
    there, back, names = piece
    either_way, own_m, passes = strips(work, width_m, two_way=bool(back))
    if either_way:
        return [Kerb(names[0], (there, back), own_m, passes)]
    return [
        Kerb(name, (way,), own_m, passes)
        for name, way in zip(names, (there, back), strict=True)
        if way
    ]


def _piece_jobs(
    rules: RuleProfile,
    operation: str,
    ground: Ground,
    piece: Piece,
    cadence: Cadence,
    *,
    prefix: str = "",
    turn: int = 0,
    beyond: int | None = None,
) -> Iterator[Job]:
    """Jobs of one piece: strips x passes of the day x lanes.

    With `beyond` the one optional pass after so many of the day.
    """
    work = rules.operations[operation].street
    if work is None:
        return
    network, first = ground.network, piece.there[0]
    length = int(network.length_m[list(piece.there)].sum())
    level = ground.cleaning_class(first)
    bans = banned_hours(rules, operation, level)
    hours = day_passes(cadence, bans, turn=turn)
    if beyond is not None:
        more = extra_pass(cadence, all_passes(work), bans, again=beyond > 0)
        hours = [more] if more.slots else []
    points = network.points(piece.there[len(piece.there) // 2])
    lon, lat = points[len(points) // 2].tolist()
    for kerb in kerbs(work, piece, float(network.width_dm[first]) / 10):
        width = treated_m(work, kerb.width_m, kerb.passes)
        water, waste = litres(work, length, width), waste_kg(work, length, width)
        strip_m = rules.classes.beside_m(work.strip) or kerb.width_m
        for number, one in enumerate(hours, start=1 + (beyond or 0)):
            for lane in range(kerb.passes):
                yield Job(
                    id=TaskId(
                        operation=operation,
                        thing=prefix or str(network.way[first]),
                        place=kerb.name,
                        lane=lane + 1 if kerb.passes > 1 else 0,
                        pass_number=number,
                    ),
                    operation=operation,
                    kind="street",
                    name=street_name(network, int(ground.streets.street[first])),
                    object_id=str(network.way[first]),
                    options=kerb.options,
                    slots=one.slots,
                    length_m=length,
                    area_m2=round(length * strip_m / kerb.passes),
                    cleaning_class=level,
                    operator=ground.operator(first),
                    lon=lon,
                    lat=lat,
                    kg=round(waste),
                    litres=round(water),
                    min_gap_s=one.least_s,
                    headway_s=one.most_s if cadence.headway_min else -1,
                    optional=beyond is not None,
                )


def all_passes(work: StreetWork) -> Iterator[Pass]:
    """Hours in which an operation works along streets of any class."""
    for one in (*work.classes.values(), *work.levels.values()):
        yield from () if one.headway_min else one.passes
