"""Where documents are forged and read: what a forgery leaves alone is neither copied nor parsed."""

from __future__ import annotations

import copy
import json
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from models.plan import Plan, PlanRoute
from scenarios.desk.judge import parse_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios.fool.document import Json

ROUTES = "routes"
"""Names the list that holds nearly all of a document."""


@dataclass(frozen=True, eq=False)
class Bench:
    """A true document, a copy of it to forge, and its routes as they were read once."""

    document: Json

    @cached_property
    def _copy(self) -> Json:
        """The document again, of which nothing is shared with the true one."""
        return json.loads(json.dumps(self.document))  # type: ignore[no-any-return]

    @cached_property
    def _read(self) -> Plan:
        return parse_plan(json.dumps(self.document).encode())

    @contextmanager
    def sheet(self) -> Iterator[Json]:
        """A copy of the document to forge; afterwards what was changed is made good again."""
        sheet = self._copy
        try:
            yield sheet
        finally:
            _mend(sheet, self.document)

    def read(self, forged: object) -> Plan:
        """What `parse_plan` makes of a forged document; routes not touched are the same objects.

        Raises `InputErrors` naming each place that is wrong.
        """
        whole = json.dumps
        if not isinstance(forged, dict) or not isinstance(forged.get(ROUTES), list):
            return parse_plan(whole(forged).encode())
        known = {id(one): read for one, read in self._known(forged[ROUTES])}
        try:
            routes = [
                known.get(id(one)) or PlanRoute.model_validate_json(whole(one))
                for one in forged[ROUTES]
            ]
        except ValidationError:
            return parse_plan(whole(forged).encode())  # which tells the place in the document
        return parse_plan(whole({**forged, ROUTES: []}).encode()).model_copy(
            update={ROUTES: routes}
        )

    def _known(self, forged: list[Any]) -> Iterator[tuple[Any, PlanRoute]]:
        """Routes of a forged document that are as they were, each with what was read of it."""
        own, read = self.document[ROUTES], self._read.routes
        moved = {one["id"]: number for number, one in enumerate(own)}
        for one in forged:
            number = moved.get(one.get("id")) if isinstance(one, dict) else None
            if number is not None and one == own[number]:
                yield one, read[number]


def _mend(sheet: Json, document: Json) -> None:
    """Make a forged sheet equal to the document again; what was not touched stays as it is."""
    for key in [key for key in sheet if key not in document]:
        del sheet[key]
    for key, value in document.items():
        if key == ROUTES and isinstance(sheet.get(key), list) and len(sheet[key]) == len(value):
            for number, route in enumerate(value):
                if sheet[key][number] != route:
                    sheet[key][number] = copy.deepcopy(route)
        elif key not in sheet or sheet[key] != value:
            sheet[key] = copy.deepcopy(value)
