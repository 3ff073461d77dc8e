"""Facility location files: the three orders by hand, every public file, a known optimum."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from models.errors import InstanceError
from scenarios.instances.cfl import parse_cfl, read_cfl

ORLIB = "2 3\n 10 7.5\n capacity 9.\n 4\n 1.5 2.25\n 5\n 3 4\n 6\n 5 6\n"
HOLMBERG = "2 4\n10 7\n12 9\n4 5 6 7\n1 3 5 7\n2 4 6 8\n"
DELMAIRE = "4 2\n1 2 3 4\n5 6 7 8\n4 5 6 7\n7 9\n10 12\n"


def test_the_three_orders_hold_the_same_problem():
    holmberg, delmaire = parse_cfl(HOLMBERG), parse_cfl(DELMAIRE)
    for one in (holmberg, delmaire):
        assert one.demand.tolist() == [4, 5, 6, 7]
        assert one.capacity.tolist() == [10, 12]
        assert (one.costs // one.scale).tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
        assert (one.fixed_cost // one.scale).tolist() == [7, 9]
        assert one.single_source
    orlib = parse_cfl(ORLIB, capacity=8000)
    assert orlib.capacity.tolist() == [10, 8000]
    assert orlib.published(int(orlib.costs[0, 1])) == 2.25
    assert not orlib.single_source


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (ORLIB, 3),  # capacity left open
        (HOLMBERG.replace("2 4 6 8", "2 4"), 6),
        (HOLMBERG.replace("2 4 6 8", "2 4 x 8"), 6),
        (DELMAIRE.replace("10 12", "10 -2"), 6),
        ("2 3\n1 1\n", 2),
        ("", 1),
        ("0 3\n1 1\n2 2\n", 1),
    ],
)
def test_a_broken_file_is_told_with_its_line(text, line):
    with pytest.raises(InstanceError) as error:
        parse_cfl(text)
    assert error.value.line == line


@pytest.mark.parametrize(
    ("name", "not_instances"),
    [("orlib", {"capopt.txt"}), ("holmberg", {"os"}), ("delmaire", {"os"})],
)
def test_every_public_file_is_read(name, not_instances, shared):
    folder = shared / "instances" / "cfl" / name
    for path in sorted(folder.iterdir()):
        if path.name not in not_instances:
            found = read_cfl(path, capacity=8_000)
            assert found.costs.shape == (len(found.demand), len(found.capacity)), path.name
            assert found.capacity.sum() >= found.demand.sum(), path.name
            assert found.single_source == (name != "orlib")
            assert len(found.notes) <= (name != "orlib")


def test_cap41_solves_to_the_published_optimum(shared):
    """Shares x of demand, open y: sum x = 1, loads within capacity of open sites."""
    instance = read_cfl(shared / "instances/cfl/orlib/cap41.txt")
    n, m = instance.costs.shape
    cost = np.r_[instance.costs.ravel(), instance.fixed_cost] / instance.scale
    whole = np.c_[np.kron(np.eye(n), np.ones(m)), np.zeros((n, m))]
    loads = np.c_[np.kron(instance.demand, np.eye(m)), -np.diag(instance.capacity)]
    open_only = np.c_[np.eye(n * m), -np.kron(np.ones((n, 1)), np.eye(m))]
    result = milp(
        cost,
        integrality=np.r_[np.zeros(n * m), np.ones(m)],
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(whole, 1, 1),
            LinearConstraint(loads, -np.inf, 0),
            LinearConstraint(open_only, -np.inf, 0),
        ],
    )
    assert result.fun == pytest.approx(1_040_444.375, abs=0.01)
