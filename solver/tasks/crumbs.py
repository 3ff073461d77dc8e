"""Crumbs: short pieces, such as the inside of a junction, go with the street they lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.network import Turn
from solver.roads.turns import successors, turn_kinds

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from models.network import RoadNetwork

CLASS_CODES = 256
"""A street's number leaves room for so many road classes (by their type: one byte)."""


def street_numbers(network: RoadNetwork) -> NDArray[np.int64]:
    """One number per street: a name on one road class, below 0; else an OSM way (m,)."""
    named = network.name.astype(np.int64) * CLASS_CODES + network.highway
    return np.where(network.name > 0, -named, network.way)


def street_name(network: RoadNetwork, number: int) -> str:
    """Name of the street with this number, or an empty text."""
    return network.names[-number // CLASS_CODES] if number < 0 else ""


def followed(network: RoadNetwork, crumb_m: float, own: Collection[int]) -> NDArray[np.int64]:
    """The arc whose street each arc belongs to: its own, or of a crumb the one straight on (m,).

    A crumb is an arc below `crumb_m` whose street goes on at neither end. It follows the longest
    arc that runs straight on from it, on a road of one class and shape; without one, itself. Ways
    in `own` stand for themselves.
    """
    follows = np.arange(network.num_arcs)
    street = street_numbers(network)
    ends = np.concatenate([network.tail, network.head])
    places = np.stack([ends, np.tile(street, 2)], axis=1)
    _, place, count = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    both_ways = 1 + (network.reverse >= 0)
    tail, head = count[place.reshape(2, -1)]
    lone = (tail <= both_ways) & (head <= both_ways) & (network.tail != network.head)
    lone &= (network.length_m < crumb_m) & ~np.isin(network.way, list(own))
    frm, to = successors(network)
    straight = turn_kinds(network, frm, to) == Turn.STRAIGHT
    alike = straight & (lone[frm] != lone[to])
    for column in (network.highway, network.width_dm, network.bridge, network.tunnel, both_ways):
        alike &= column[frm] == column[to]
    frm, to = frm[alike], to[alike]
    crumb, other = np.where(lone[frm], frm, to), np.where(lone[frm], to, frm)
    order = np.lexsort((other, network.length_m[other]))
    follows[crumb[order]] = other[order]
    back = network.reverse.astype(np.int64)
    second = np.flatnonzero(lone & (back >= 0) & (back < np.arange(network.num_arcs)))
    follows[second] = back[follows[back[second]]]
    return follows
