"""Runners for the server's tests; top-level, because they are sent to another process."""

import os
import time

from api.exports.folder import plan_files
from api.exports.whole import drafted
from models.errors import InputErrors, Issue
from tests.api.handmade import make_district, tiny_network, walk_plan


def make_tiny_plan(settings, folder, out, *, tell, stopped):
    """Search until told to stop (or for `iterations` rounds), then write a real plan folder."""
    for number in range(settings["iterations"] or 10_000):
        tell({"stage": "search", "share": 0.1, "cost_cny": 1000 - number})
        if stopped():
            break
        time.sleep(0.05)
    network = tiny_network(folder)
    plan = walk_plan(network, routes=2, serves=3)
    with drafted(out) as draft:
        draft.write(plan_files(plan, network, make_district(network, folder, 2), "zh"))
        return draft.publish_beside()


def find_errors(settings, folder, out, *, tell, stopped):
    raise InputErrors(
        [
            Issue(code="E1", file="points.csv", row=number, column="demand_kg", value="x",
                  message_en="not a number", message_zh="不是数字")
            for number in (2, 5)
        ]
    )  # fmt: skip


def die(settings, folder, out, *, tell, stopped):
    tell({"stage": "roads", "share": 0.0})
    time.sleep(0.3)
    os._exit(7)


def stumble(settings, folder, out, *, tell, stopped):
    raise ZeroDivisionError("in the middle")
