"""Streams of waste: who collects which, and which site takes it.

A site whose row names no stream takes the usual one of its kind (`Site.accepts`), for routes, haul,
proofs, relocation and the judge alike.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.district import Site, Stream
    from models.trade.rules import RuleProfile
    from models.trade.work import Operation, PointWork


def collects(work: PointWork | None, stream: Stream, kind: str) -> bool:
    """Whether an operation with this work at points serves points of this stream and kind."""
    return (
        work is not None
        and stream in work.streams
        and (not work.kinds or kind in work.kinds)
        and kind not in work.except_kinds
    )


def comes_to(rules: RuleProfile, stream: Stream, kind: str) -> frozenset[str]:
    """Operations for whose vehicles a point of this stream and kind is given its road.

    Those that take its waste away, if there are any: who washes it comes to where they stop.
    """
    coming = frozenset(
        name for name, one in rules.operations.items() if collects(one.points, stream, kind)
    )
    return frozenset(name for name in coming if rules.operations[name].tip_kinds) or coming


def with_usual(site: Site, rules: RuleProfile) -> Site:
    """The site with what the profile's streams add to the usual ones of its kind, if unnamed."""
    more = {name for name, one in rules.streams.items() if site.kind in one.usual_at}
    return site if site.streams or not more else replace(site, streams=site.accepts | more)


def takes(site: Site, operation: Operation) -> bool:
    """Whether waste of the operation may be tipped at the site."""
    return (
        site.is_open
        and site.kind in operation.tip_kinds
        and not site.accepts.isdisjoint(operation.tip_streams)
    )


def takes_stream(site: Site, stream: Stream) -> bool:
    """Whether waste of this stream may end up at the site."""
    return site.is_open and stream in site.accepts
