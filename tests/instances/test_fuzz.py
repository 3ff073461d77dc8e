"""Files as people break them: every reader refuses with a line number or reads a lawful problem."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InstanceError
from models.problem import RoutingProblem
from scenarios.instances import parse_instance
from scenarios.instances.cfl import parse_cfl
from scenarios.instances.smptsp import parse_smptsp
from solver.judge.routes import check
from solver.routing.search.engine import RuinEngine
from solver.stop import at_most
from tests.instances.samples import ALL
from tests.instances.test_cfl import DELMAIRE, HOLMBERG, ORLIB

SMPTSP = "# c\nType = 1\nJobs = 3\n0 5\n4 8\n6 9\nQualifications = 2\n2: 0 2\n1: 1\n"
ODD = (
    *("x?", "-7", "-1", "0", "1.5", "1,5", "1e9", "1e99", "2147483648", "99999999999999999999"),
    *("nan", "inf", "1_000", "0x1F", "2", "3", "", '"', "\x00", "\ufeff", "EOF"),
)
TEXTS = ALL | {"orlib": ORLIB, "holmberg": HOLMBERG, "delmaire": DELMAIRE, "smptsp": SMPTSP}
PUBLIC = {
    "carp": "carp/gdb/gdb1.dat",
    "mcarp": "mcarp/lpr/Lpr-a-01.txt",
    "mcarptif": "mcarptif/gdb_IF/gdb10_IF.txt",
    "mcgrp": "mcgrp/cbmix/CBMix1.dat",
    "cvrp": "cvrp/X/X-n101-k25.vrp",
    "vrptw": "vrptw/solomon/C101.txt",
    "mdvrp": "mdvrp/cordeau/p02",
    "mdvrpi": "mdvrpi/crevier-adapted/a2.txt",
    "waste-vrptw": "waste-vrptw/kim/102_stop.txt",
    "holmberg": "cfl/holmberg/p1",
    "smptsp": "smptsp/smet-10/data_2_44_510_20_90_0_100_200.dat",
}


def parse(family, text):
    if family in {"orlib", "holmberg", "delmaire"}:
        return parse_cfl(text)
    return parse_smptsp(text) if family == "smptsp" else parse_instance(text)


def dropped(lines, k):
    return lines[:k] + lines[k + 1 :]


def doubled(lines, k):
    return lines[:k] + lines[k : k + 1] + lines[k:]


def parted(lines, k):
    return [*lines[:k], "", *lines[k:]]


def joined(lines, k):
    return [*lines[:k], " ".join(lines[k : k + 2]), *lines[k + 2 :]]


def turned(lines, k):
    return lines[k:] + lines[:k]


def change_lines(change, share):
    """Change the list of lines at a place given as a share of the file."""

    def changed(text):
        lines = text.split("\n")
        return "\n".join(change(lines, int(share * len(lines))))

    return changed


def change_word(share, number, odd):
    """Put an odd word, or space, where a word or space was."""

    def changed(lines, k):
        words = re.split(r"(\s+)", lines[k])
        words[number % len(words)] = odd
        return [*lines[:k], "".join(words), *lines[k + 1 :]]

    return change_lines(changed, share)


SHARES = st.floats(0, 0.999)
CHANGES = st.one_of(
    st.builds(change_lines, st.sampled_from([dropped, doubled, parted, joined, turned]), SHARES),
    st.builds(change_word, SHARES, st.integers(0, 15), st.sampled_from(ODD)),
    SHARES.map(lambda share: lambda text: text[: int(share * len(text))]),
    st.sampled_from(
        [
            lambda text: text.replace("\n", "\r\n"),
            lambda text: text.replace("\n", "\r"),
            lambda text: text.replace(" ", "\t"),
            lambda text: text.replace("\n", "  \t\n"),
            lambda text: "\ufeff" + text,
            lambda text: text.encode("utf-16").decode("utf-8", "replace"),
            lambda text: (text + "环卫").encode("gbk", "replace").decode("utf-8", "replace"),
        ]
    ),
)
BROKEN = st.lists(CHANGES, min_size=1, max_size=3)


def survives(family, text):
    """The problem in a text, or None where it was refused properly."""
    try:
        return parse(family, text)
    except InstanceError as error:
        line = error.line
    assert 1 <= line <= max(len(text.splitlines()), 1)
    return None


@pytest.mark.parametrize("family", TEXTS)
@settings(max_examples=150, deadline=None)
@given(changes=BROKEN)
def test_a_broken_little_file_is_refused_or_planned(family, changes):
    """What is read in spite of it is a problem that an engine can plan lawfully."""
    text = TEXTS[family]
    for change in changes:
        text = change(text)
    found = survives(family, text)
    problem = getattr(found, "problem", None)
    if isinstance(problem, RoutingProblem) and problem.tasks:
        plan = RuinEngine().solve(problem, stop=at_most(3))
        assert check(problem, plan.solution, plan.schedules) == []


@pytest.mark.parametrize("family", PUBLIC)
@settings(max_examples=60, deadline=None)
@given(changes=BROKEN)
def test_a_broken_public_file_is_refused_or_read(family, changes, shared):
    path = shared / "instances" / PUBLIC[family]
    text = path.read_text(encoding="utf-8", errors="replace")
    for change in changes:
        text = change(text)
    survives(family, text)
