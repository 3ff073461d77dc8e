"""Every format by hand, every broken file told with its line, every public file read."""

import contextlib

import numpy as np
import pytest

from models.errors import InstanceError
from models.solution import Route, Serve, Solution, Use
from models.units import UNREACHABLE
from scenarios.instances import parse_instance, read_instance
from tests.conftest import shared_folder
from tests.instances.helpers import recost
from tests.instances.samples import (
    ALL,
    CARP,
    CARP_TURNS,
    KIM,
    MCARP,
    MCARPTIF,
    MCGRP,
    MCGRP_TURNS,
    SOLOMON,
)

SLOW = {"beijing", "wohlk-laporte", "Cen-IF", "Cen-Part-IF", "Cen-Full-IF", "multi", "belgium"}
MANY_DAYS = {"pcarp", "pvrp", "pvrpif"}
NOT_ROUTING = {"cfl", "smptsp"}
NO_READER = {"carp2e", "convrp", "dynamic", "evrptw", "irp", "tdvrptw"}
"""Problems that `RoutingProblem` cannot say yet: such files are refused, never read as another."""
NOT_INSTANCES = (".sol", ".res", ".html", ".csv", "FORMAT.txt", "FORMAT.md")


def one_route(*visits):
    return Solution((Route(0, visits),))


@pytest.mark.parametrize("family", ALL)
def test_the_format_is_recognised_from_content(family):
    assert parse_instance(ALL[family]).family == family


def test_carp_serves_edges_both_ways_and_deadheads_the_shortest_way():
    """1-2, 2-3 served for 3 + 4, home over 2 again for 4 + 3: shorter than the 9 of 3-1."""
    instance = parse_instance(CARP)
    assert len(instance.problem.tasks[0].modes) == 2
    assert recost(instance, one_route(Serve(0, 0), Serve(1, 0))) == 14


def test_mixed_carp_pays_the_dump_once_per_route():
    """5 + 6 served, 9 home, 30 for the dump."""
    assert recost(parse_instance(MCARP), one_route(Serve(0, 0), Serve(1, 0))) == 50


def test_carp_with_facilities_must_come_home_empty_and_pays_each_dump():
    """5 + 6 served, dump at -3 for 30, 7 home."""
    instance = parse_instance(MCARPTIF)
    assert recost(instance, one_route(Serve(0, 0), Serve(1, 0), Use(0))) == 48
    with pytest.raises(AssertionError, match="NOT_EMPTY"):
        recost(instance, one_route(Serve(0, 0), Serve(1, 0)))


def test_straight_on_is_free_and_a_dead_end_costs_its_u_turn():
    """After 1-2 straight on to 2-4; home from 2 only by a U-turn (40.125) and 2 back to 1."""
    problem = parse_instance(CARP_TURNS).problem
    durations, _ = problem.matrices[0].pairs(
        np.array([problem.tasks[0].modes[0].leave] * 2),
        np.array([problem.tasks[1].modes[0].enter, problem.vehicle_types[0].end]),
    )
    assert durations.tolist() == [0, 40_125 + 2_000]
    assert problem.tasks[0].modes[0].duration == 12_000
    assert problem.vehicle_types[0].capacity == (10_000, 10_500)


def test_passing_a_depot_or_dump_saves_no_turn():
    """From the end of 1-2 to its beginning again: a U-turn at 2, 2 back, a U-turn at the dump."""
    problem = parse_instance(CARP_TURNS).problem
    first = problem.tasks[0].modes[0]
    durations, _ = problem.matrices[0].pairs(np.array([first.leave]), np.array([first.enter]))
    assert durations.tolist() == [40_125 + 2_000 + 40_125]


def test_mcgrp_leaves_service_costs_out():
    """1-2 for 3, node 2 for nothing, 2-3 driven for 4, 3-1 for 9."""
    instance = parse_instance(MCGRP)
    assert recost(instance, one_route(Serve(0, 0), Serve(2, 0), Serve(1, 0))) == 16


def test_a_second_instance_in_a_file_is_left_out_with_a_note():
    instance = parse_instance(MCGRP + "\n" + MCGRP.replace("#Required N:\t1", "#Required N:\t9"))
    assert len(instance.problem.tasks) == 3
    assert "line 28" in instance.notes[0]


def test_only_listed_turns_are_allowed_and_nodes_are_served_on_arrival():
    """1-2 (3), node 2 on arrival, right onto 2-3 (5 + 4), right onto 3-1 (6 + 9), home.

    The U-turn at 2 is listed at 10000: forbidden; the way back is 2-3-1-2 (5 + 4 + 6 + 9).
    """
    instance = parse_instance(MCGRP_TURNS)
    problem = instance.problem
    assert [task.id for task in problem.tasks] == ["edge (1, 2)", "arc (2, 3)", "node 2"]
    assert recost(instance, one_route(Serve(0, 0), Serve(2, 0), Serve(1, 0))) == 27
    durations, _ = problem.matrices[0].pairs(
        np.array([problem.tasks[0].modes[0].leave] * 2),
        np.array([problem.tasks[0].modes[1].enter, problem.tasks[0].modes[0].enter]),
    )
    assert durations.tolist() == [UNREACHABLE, 5 + 4 + 6 + 9 + 7]


def test_dimacs_cuts_to_one_decimal():
    """sqrt(2) = 1.414 counts 14 tenths."""
    instance = parse_instance(SOLOMON)
    durations, _ = instance.problem.matrices[0].pairs(np.array([0]), np.array([1]))
    assert (durations[0], instance.problem.tasks[0].modes[0].tw_early) == (14, 90)


def test_waste_collection_reads_miles_lunch_and_odd_times():
    """0875 is 08:45; half a mile out, a mile and a half to the landfill, a mile home."""
    instance = parse_instance(KIM)
    problem = instance.problem
    assert problem.tasks[0].modes[0].tw_late == 8 * 3600 + 45 * 60
    assert problem.tasks[0].demand == (125, 125, 1)
    assert problem.vehicle_types[0].meal.duration == 3600
    assert recost(instance, one_route(Serve(0, 0), Use(0))) == pytest.approx(3.0)
    assert "line 9" in instance.notes[0]


def broken_files(text):
    """Every cut, every line left out, every word replaced, every number negative."""
    rows = text.splitlines(keepends=True)
    for k, row in enumerate(rows):
        yield "".join(rows[:k])
        yield "".join(rows[:k] + rows[k + 1 :])
        for word in row.split():
            for other in ("x?", "-7", "1e99", "nan"):
                yield "".join([*rows[:k], row.replace(word, other, 1), *rows[k + 1 :]])


@pytest.mark.parametrize("family", ALL)
def test_a_broken_file_is_an_error_with_its_line_never_a_crash(family):
    num_lines = len(ALL[family].splitlines())
    broken = [error for text in broken_files(ALL[family]) if (error := refusal(text))]
    assert len(broken) > num_lines
    assert all(1 <= error.line <= num_lines for error in broken)


def refusal(text):
    try:
        parse_instance(text)
    except InstanceError as error:
        return error
    return None


def test_the_line_of_a_broken_street_is_named():
    with pytest.raises(InstanceError, match=r"line 11: .*no coste"):
        parse_instance(CARP.replace("coste 3", "costo 3"))
    with pytest.raises(InstanceError, match=r"line 4: .*states 2, the list holds 1"):
        parse_instance(CARP.replace(" ( 2, 3)  coste 4 demanda 2\n", ""))


def test_a_file_of_several_days_is_refused_with_the_reason():
    with pytest.raises(InstanceError, match="several days"):
        parse_instance("1 3 50 5\n0 160\n")


def told(path):
    """What reading this file must end with: nothing, or an error that says why."""
    if set(path.parts) & MANY_DAYS:
        return pytest.raises(InstanceError, match="several days")
    return pytest.raises(InstanceError) if set(path.parts) & NO_READER else contextlib.nullcontext()


def sets():
    root = shared_folder() / "instances"
    folders = [path for path in sorted(root.rglob("*")) if path.is_dir()]
    return [
        pytest.param(
            path,
            id=str(path.relative_to(root)),
            marks=[pytest.mark.slow] if set(path.parts) & SLOW else [],
        )
        for path in folders
        if not set(path.parts) & NOT_ROUTING and any(child.is_file() for child in path.iterdir())
    ]


@pytest.mark.parametrize("folder", sets())
def test_every_public_file_is_read(folder):
    """And every task of it can be reached from a depot."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() or path.name.endswith(NOT_INSTANCES):
            continue
        with told(path):
            problem = read_instance(path).problem
            starts = np.array([problem.vehicle_types[0].start])
            first = np.array([task.modes[0].enter for task in problem.tasks])
            reached, _ = problem.matrices[0].block(starts, first)
            assert reached.max() < UNREACHABLE, path
