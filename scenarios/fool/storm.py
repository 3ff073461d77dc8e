"""The mutation storm: forged documents of one plan, and whether the judge notices each."""

from __future__ import annotations

import copy
import json
import random
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import InputErrors
from scenarios.desk.day import unpack_inputs
from scenarios.desk.judge import PLAN_FILE, Court
from scenarios.fool.believed import KINDS_BELIEVED, is_believed
from scenarios.fool.bench import Bench
from scenarios.fool.fields import count_fields, every_field
from scenarios.fool.kinds import FORGERIES
from scenarios.fool.outcome import Caught, caught, gathered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.plan import PlanViolation
    from scenarios.fool.outcome import Outcome, Tell

ODD: tuple[Any, ...] = (None, "", 99, -1, 10**30, 1e300, "x", [], {}, True, "\u0000")
"""Values that no field of a plan expects."""


@dataclass(frozen=True, eq=False)
class Storm:
    """A true document and the court that judges its forgeries."""

    court: Court
    document: dict[str, Any]

    @cached_property
    def bench(self) -> Bench:
        """Where forgeries are made."""
        return Bench(self.document)

    def honest(self) -> tuple[PlanViolation, ...]:
        """What the judge says of the document as it is."""
        return self.court.violations(self.bench.read(self.document))

    def forge(self, name: str, seed: int = 1) -> Caught:
        """One forgery of a kind; `seed` draws where and by how much."""
        with self.bench.sheet() as forged:
            done = FORGERIES[name](forged, random.Random(f"{name} {seed}"))
            if not done or forged == self.document:
                return Caught(name, None)
            return self.judge(name, forged)

    def judge(self, name: str, forged: object) -> Caught:
        """What the judge says of any JSON value in the place of the document."""
        try:
            found = self.court.violations(self.bench.read(forged), first=True)
        except InputErrors as error:
            return Caught(name, 2, str(error).split("\n", 1)[0])
        return caught(name, found)

    def all(self, seed: int, *, fields: bool) -> Iterator[Caught]:
        """Every kind once and, with `fields`, every field changed once."""
        for name in FORGERIES:
            yield replace(self.forge(name, seed), believed=name in KINDS_BELIEVED)
        for field, change in every_field(self.document, random.Random(seed)) if fields else ():
            with self.bench.sheet() as forged:
                change(forged)
                yield replace(self.judge(field, forged), believed=is_believed(field))

    def odd(self, count: int, seed: int = 1) -> Iterator[tuple[str, dict[str, Any]]]:
        """Documents with an odd value, a missing key or a doubled item at places drawn."""
        rng = random.Random(seed)
        places = list(_places(self.document, ()))
        for _ in range(count):
            forged = json.loads(json.dumps(self.document))
            path = rng.choice(places)
            holder: Any = forged
            for key in path[:-1]:
                holder = holder[key]
            what = rng.choice(["odd", "odd", "gone", "twice"])
            if what == "gone":
                del holder[path[-1]]
            elif what == "twice" and isinstance(holder, list):
                holder.insert(path[-1], copy.deepcopy(holder[path[-1]]))
            else:
                what = repr(rng.choice(ODD))
                holder[path[-1]] = ODD[[repr(one) for one in ODD].index(what)]
            yield f"{'.'.join(map(str, path))}: {what}", forged


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Every place below a JSON value; of long lists the first, the last and two between."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield (*path, key)
            yield from _places(one, (*path, key))
    elif isinstance(value, list):
        for index in sorted(
            {0, len(value) // 3, 2 * len(value) // 3, len(value) - 1} if value else ()
        ):
            yield (*path, index)
            yield from _places(value[index], (*path, index))


def fool_folder(folder: Path, seed: int, tell: Tell, *, fields: bool = False) -> Outcome:
    """Every kind of forgery of a plan folder, in memory; `tell` hears of each, and how far it is.

    With `fields` every field of the document is changed once as well. Ctrl-C ends it with what was
    found. Raises `HuanweiError` for a folder that cannot be judged.
    """
    document = json.loads((folder / PLAN_FILE).read_bytes())
    with tempfile.TemporaryDirectory(prefix="huanwei-") as scratch:
        unpack_inputs(folder, Path(scratch))
        storm = Storm(Court(Path(scratch)), document)
        total = len(FORGERIES) + (count_fields(document) if fields else 0)
        return gathered(storm.all(seed, fields=fields), total, tell)
