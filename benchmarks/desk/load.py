"""Twenty people at a running desk: how long they wait while a plan is searched.

    huanwei serve DATA --token-file TOKEN &
    python -m benchmarks.desk.load http://127.0.0.1:8765 --token-file TOKEN --users 20 --seconds 300

Each person reads a page or a list, waits a moment as people do, and reads the next. With --order
a plan is ordered at the beginning, so that the machine is busy. Prints the wait by kind of reading;
ends with 1 where anything failed or the 95th of 100 waits is beyond --most-ms.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlsplit

THINK_S = (0.5, 2.0)
"""Bounds the seconds between two readings of one person (chosen: quicker than people are)."""
PATIENCE_S = 30
"""Seconds after which a reading counts as failed."""


@dataclass
class Tally:
    """Waits [ms] by kind of reading, and what failed. Safe for threads that append."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)


def read(place: str, token: str, path: str, body: object = None) -> tuple[int, bytes]:
    """The status and the content of an address; a `body` is posted."""
    connection = HTTPConnection(place, timeout=PATIENCE_S)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json",
               "Accept-Encoding": "gzip"}  # fmt: skip
    try:
        text = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", path, text, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def person(
    number: int, desk: tuple[str, str], paths: dict[str, str], until: float, tally: Tally
) -> None:
    """One person at the `desk` (place, token) until the time is over."""
    rng = random.Random(number)
    while time.monotonic() < until:
        kind = rng.choice(list(paths))
        begin = time.monotonic()
        try:
            status, _ = read(*desk, paths[kind])
        except (OSError, HTTPException) as error:
            tally.failed.append(f"{kind}: {error}")
        else:
            tally.waits[kind].append(1000 * (time.monotonic() - begin))
            if status != 200:
                tally.failed.append(f"{kind}: {status}")
        time.sleep(rng.uniform(*THINK_S))


def addresses(place: str, token: str) -> dict[str, str]:
    """What people read, with ids that are there."""
    plans = json.loads(read(place, token, "/api/v1/plans")[1])
    districts = json.loads(read(place, token, "/api/v1/districts")[1])
    found = {"start page": "/", "plans": "/api/v1/plans", "jobs": "/api/v1/jobs", "data": "/data"}
    for plan in plans[:1]:
        own = quote(plan["id"])
        found |= {
            "plan document": f"/api/v1/plans/{own}",
            "map": f"/plans/{own}/map.html",
            "desk": f"/desk/{own}",
            "drawn": f"/desk/{own}/drawn.js",
            "duties": f"/api/v1/plans/{own}/duties",
        }
    for district in districts[:1]:
        own = quote(district["id"])
        found["table"] = f"/api/v1/districts/{own}/tables/points"
        found["month"] = f"/data/{own}/month?month=2026-05"
        found["stations"] = f"/data/{own}/stations?date=2026-05-12"
    return found


def percentile(waits: list[float], share: float) -> float:
    """The wait that this share of them does not exceed [ms]."""
    return sorted(waits)[min(len(waits) - 1, int(share * len(waits)))]


def main() -> int:
    """Run, print the table, and say whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("url")
    parser.add_argument("--token-file", type=Path, required=True)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--order", metavar="DISTRICT", help="order a plan at the beginning")
    parser.add_argument("--most-ms", type=float, default=300)
    wish = parser.parse_args()
    place, token = urlsplit(wish.url).netloc, wish.token_file.read_text(encoding="utf-8").strip()
    paths, tally = addresses(place, token), Tally()
    if wish.order:
        order = {"district": wish.order, "date": "2026-12-02", "seconds": wish.seconds}
        print("ordered:", read(place, token, "/api/v1/jobs", order)[0])  # noqa: T201
    until = time.monotonic() + wish.seconds
    people = [
        threading.Thread(target=person, args=(number, (place, token), paths, until, tally))
        for number in range(wish.users)
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    everything = [wait for waits in tally.waits.values() for wait in waits]
    for kind, waits in [*sorted(tally.waits.items()), ("all", everything)]:
        print(  # noqa: T201
            f"{kind:15} {len(waits):6} read   median {statistics.median(waits):6.0f} ms   "
            f"p95 {percentile(waits, 0.95):6.0f} ms   longest {max(waits):6.0f} ms"
        )
    print(f"failed: {len(tally.failed)}", *sorted(set(tally.failed))[:5])  # noqa: T201
    return int(bool(tally.failed) or percentile(everything, 0.95) > wish.most_ms)


if __name__ == "__main__":
    sys.exit(main())
