"""Line town as a district: its tip and its water point are sites, its routes may be many parts."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from models.day import DrivenDay
from models.district import District, Point, Site, SiteKind, Stream
from models.part import Crew, Part, TaskRef
from models.solution import Schedule, Solution
from tests.line_town import SIZE, line_town

TIP = Site(
    id="tip",
    name="tip",
    kind=SiteKind.STATION,
    lon=0,
    lat=0,
    bays=1,
    streams=frozenset({Stream.SWEEPINGS, Stream.RESIDUAL}),
    design_kg=40,
)
WATER = Site(id="water", name="water", kind=SiteKind.WATER, lon=0, lat=0)


def district(*sites: Site, **changes) -> District:
    fields = {
        "id": "d",
        "name": "line town",
        "folder": Path(),
        "roads": "",
        "profile": "",
        "sites": sites or (TIP, WATER),
        "vehicles": (),
        "shifts": (),
        "costs": {},
    }
    return District(**(fields | changes))


def part(
    problem=None,
    *,
    sites=("tip", "water"),
    points=None,
    vehicles=(),
    catalogue=(),
    **changes,
) -> Part:
    """A part over `problem`; its first tasks are the points (with their stream), others streets.

    `vehicles[k]` and `catalogue[k]` are those of vehicle type k, else one sweeper "v".
    """
    problem = problem or line_town()
    kinds = len(problem.vehicle_types)
    found = list((points or {}).items())
    found += [("", Stream.SWEEPINGS)] * (len(problem.tasks) - len(found))
    refs = tuple(
        TaskRef(
            kind="point" if point else "street",
            name="",
            object_id=point or "1",
            mode_arcs=((),),
            allowed_arcs=frozenset(),
            stream=stream,
        )
        for point, stream in found
    )
    fields = {
        "operation": "sweep",
        "problem": problem,
        "profiles": (),
        "row_arcs": np.arange(SIZE, dtype=np.int32),
        "col_arcs": np.arange(SIZE, dtype=np.int32),
        "col_to_end": np.zeros(SIZE, dtype=np.bool_),
        "refs": refs,
        "sites": sites,
        "crews": tuple(
            Crew(vehicles=own, shift="early", catalogue=name, depot="depot", licence="B2")
            for own, name in zip(
                vehicles or (("v",),) * kinds, catalogue or ("sweeper",) * kinds, strict=True
            )
        ),
    }
    return Part(**(fields | changes))


def untimed(own: Part, solution: Solution) -> DrivenDay:
    """A day of one part where nobody asks for the times of its routes."""
    return DrivenDay.of([own], [solution], [[Schedule(())] * len(solution.routes)])


def point(name: str, stream: Stream) -> Point:
    return Point(id=name, name=name, lon=0, lat=0, stream=stream, demand_kg=4, service_s=300)


def with_bays(site: Site, bays: int) -> Site:
    return replace(site, bays=bays)
