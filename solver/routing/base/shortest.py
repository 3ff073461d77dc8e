"""Shortest ways over a graph (Dijkstra 1959), compiled; each search ends with its last target."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.units import UNREACHABLE
from solver.routing.base.compiled import entry, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]

VERTEX_BITS = 24
"""A heap entry is one number, the distance and then the vertex, which takes so many bits (chosen:
16 million vertices, and 39 bits for the distance)."""
VERTEX = (1 << VERTEX_BITS) - 1
"""Masks the bits of the vertex in a heap entry (by `VERTEX_BITS`)."""


class Ways(NamedTuple):
    """A graph: arcs of vertex v are `first[v]` to `first[v + 1]`; weights are not negative."""

    first: Ints
    heads: Ints
    weights: Longs


class Room(NamedTuple):
    """Working space of searches one after the other."""

    dist: Longs
    """Distance per vertex; UNREACHABLE between searches."""
    seen: Ints
    wanted: Ints
    """Stamp of the last search that wants a vertex."""
    heap: Longs


@inner
def push(heap: Longs, size: int, key: int) -> int:
    """Put a key on a binary heap; its new size."""
    place = size
    while place > 0 and heap[(place - 1) >> 1] > key:
        heap[place] = heap[(place - 1) >> 1]
        place = (place - 1) >> 1
    heap[place] = key
    return size + 1


@inner
def pop(heap: Longs, size: int) -> int:
    """Take the least key off a binary heap, closing its place; the new size."""
    size -= 1
    key = heap[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = key
    return size


@inner
def search(ways: Ways, room: Room, source: int, wanted: int, stamp: int) -> int:
    """Set distances from `source` until `wanted` stamped vertices are settled; vertices seen."""
    dist, seen, heap = room.dist, room.seen, room.heap
    dist[source] = 0
    seen[0] = source
    num_seen = 1
    size = push(heap, 0, source)
    while size > 0:
        key = heap[0]
        size = pop(heap, size)
        vertex = key & VERTEX
        if key >> VERTEX_BITS > dist[vertex]:
            continue
        if room.wanted[vertex] == stamp:
            wanted -= 1
            if wanted == 0:
                break
        for arc in range(ways.first[vertex], ways.first[vertex + 1]):
            head = ways.heads[arc]
            reached = dist[vertex] + ways.weights[arc]
            if reached < dist[head]:
                if dist[head] == UNREACHABLE:
                    seen[num_seen] = head
                    num_seen += 1
                dist[head] = reached
                size = push(heap, size, (reached << VERTEX_BITS) | head)
    return num_seen


@inner
def clear(room: Room, num_seen: int) -> None:
    """Forget the distances of the last search."""
    for i in range(num_seen):
        room.dist[room.seen[i]] = UNREACHABLE


@entry
def _fill_block(ways: Ways, room: Room, sources: Longs, targets: Longs, out: Ints) -> None:
    wanted = 0
    for target in targets:
        wanted += room.wanted[target] != 0
        room.wanted[target] = 0
    for i in range(len(sources)):
        num_seen = search(ways, room, sources[i], wanted, 0)
        for j in range(len(targets)):
            out[i, j] = room.dist[targets[j]]
        clear(room, num_seen)


@entry
def _fill_pairs(ways: Ways, room: Room, sources: Longs, targets: Longs, out: Ints) -> None:
    begin = 0
    while begin < len(sources):
        end = begin
        wanted = 0
        while end < len(sources) and sources[end] == sources[begin]:
            wanted += room.wanted[targets[end]] != begin
            room.wanted[targets[end]] = begin
            end += 1
        num_seen = search(ways, room, sources[begin], wanted, begin)
        for i in range(begin, end):
            out[i] = room.dist[targets[i]]
        clear(room, num_seen)
        begin = end


def distance_block(ways: Ways, sources: Longs, targets: Longs) -> Ints:
    """Distances, shape (len(sources), len(targets)); UNREACHABLE where no way."""
    out = np.empty((len(sources), len(targets)), np.int32)
    _fill_block(ways, empty_room(ways), sources, targets, out)
    return out


def distance_pairs(ways: Ways, sources: Longs, targets: Longs) -> Ints:
    """Distances from sources[i] to targets[i], shape (n,); UNREACHABLE where no way.

    Neighbouring pairs of one source share a search.
    """
    out = np.empty(len(sources), np.int32)
    _fill_pairs(ways, empty_room(ways), sources, targets, out)
    return out


def empty_room(ways: Ways) -> Room:
    """Working space for one graph."""
    size = len(ways.first) - 1
    return Room(
        np.full(size, UNREACHABLE, np.int64),
        np.empty(size, np.int32),
        np.full(size, -1, np.int32),
        np.empty(len(ways.heads) + 1, np.int64),
    )
