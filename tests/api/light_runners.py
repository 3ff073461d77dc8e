"""Runners that import little, for tests of the orders themselves.

`iterations` of an order are rounds of 0.05 s of search; `seed` 7 makes the search begin late.
"""

import os
import time

from api.exports.whole import StoppedEarlyError, drafted


def make_a_folder(settings, folder, out, *, tell, stopped):
    """Search until told to stop (or for `iterations` rounds), then write a folder."""
    tell({"stage": "tasks", "share": 0.0})
    for _ in range(600 if settings["seed"] == 7 else 0):
        time.sleep(0.05)
        if stopped():
            raise StoppedEarlyError(out)
    for number in range(settings["iterations"] or 10_000):
        tell({"stage": "search", "share": 0.1, "cost_cny": 1000 - number, "pid": os.getpid()})
        if stopped():
            break
        time.sleep(0.05)
    with drafted(out) as draft:
        draft.write([("plan.json", b'{"schema_version": "1.0"}')])
        return draft.publish_beside()


def stumble(settings, folder, out, *, tell, stopped):
    raise ZeroDivisionError("in the middle")


def make_quickly(settings, folder, out, *, tell, stopped):
    """Write a folder at once, whatever was ordered."""
    tell({"stage": "search", "share": 0.1})
    with drafted(out) as draft:
        draft.write([("plan.json", b'{"schema_version": "1.0"}')])
        return draft.publish_beside()
