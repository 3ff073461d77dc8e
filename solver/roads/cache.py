"""What was computed once from the same bytes is read back: networks, orders, matrices.

An entry is named by the hash of its inputs and of the code that makes it. It is written beside
and renamed, so that two processes may share a folder; a damaged entry is rebuilt.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import secrets
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from models.errors import NetworkError
from models.network import RoadNetwork
from solver.folders import cache_folder, share
from solver.roads.graphs import read_roads
from solver.roads.hierarchy import Order, contract
from solver.roads.osm import DRIVABLE
from solver.roads.paths import Legs, Router, matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from solver.roads.graph import TurnGraph

log = logging.getLogger(__name__)
T = TypeVar("T")

LIMIT_BYTES = 4 * 1024**3
"""Older entries go when the folder grows beyond so many bytes (chosen: 4 GiB)."""
LARGE = 64
"""An entry of at least this part of the limit makes room at once, of smaller ones every sixteenth,
by its name: a folder of thousands takes longer to look through than an entry to write (chosen)."""
DRAFT_S = 86_400
"""After so many seconds the draft of an entry has no writer any more (chosen: a day; writing takes
seconds)."""
SEAL_BYTES = hashlib.sha256().digest_size
"""Counts the bytes at the end of an entry that are the hash of the others."""
_DAMAGED = (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, NetworkError)
_TUPLES = ("names", "aliases", "banned_paths", "notes", "examples")


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of computed road data; `None` keeps nothing."""

    folder: Path | None
    limit_bytes: int = LIMIT_BYTES

    @classmethod
    def from_environment(cls) -> Cache:
        """The user's cache folder, which the setting `HUANWEI_CACHE` moves."""
        return cls(cache_folder())

    def network(self, path: Path | str, *, classes: frozenset[str] = DRIVABLE) -> RoadNetwork:
        """`read_roads` of the file, keyed by its bytes. Raises as `read_roads` does."""
        path = Path(path)
        if not path.is_file():
            return read_roads(path, classes=classes)
        key = digest("network", path.name, path.read_bytes(), sorted(classes))
        return self._keep("network", key, lambda: read_roads(path, classes=classes), _pack, _unpack)

    def router(self, graph: TurnGraph) -> Router:
        """`Router.of`, with the order of the network's turns kept for all profiles."""
        turns = graph.turns
        key = digest("order", turns.frm, turns.to, turns.num_states)
        order = self._keep(
            "order", key, lambda: contract(turns),
            lambda o: {"rank": o.rank, "start": o.start, "up": o.up},
            lambda a: _order(a, turns.num_states),
        )  # fmt: skip
        return Router.of(graph, order)

    def matrix(
        self, router: Router, from_arcs: ArrayLike, to_arcs: ArrayLike, to_end: ArrayLike
    ) -> Legs:
        """`matrix` of the router, keyed by all turns and their costs."""
        graph = router.graph
        frm, to = np.asarray(from_arcs, np.int64), np.asarray(to_arcs, np.int64)
        ends = np.broadcast_to(np.asarray(to_end, np.bool_), to.shape)
        key = digest("legs", graph.turns.frm, graph.turns.to, graph.turns.state_arc, graph.key,
                     graph.arc_key, frm, to, ends)  # fmt: skip
        shape = len(frm), len(to)
        return self._keep(
            "legs", key, lambda: matrix(router, frm, to, ends), lambda legs: legs._asdict(),
            lambda a: _legs(a, shape),
        )  # fmt: skip

    def _keep(
        self,
        kind: str,
        key: str,
        build: Callable[[], T],
        pack: Callable[[T], dict[str, Any]],
        unpack: Callable[[dict[str, Any]], T],
    ) -> T:
        if self.folder is None:
            return build()
        path = self.folder / f"{kind}-{key}.npz"
        if path.is_file():
            try:
                whole = path.read_bytes()
                if hashlib.sha256(whole[:-SEAL_BYTES]).digest() != whole[-SEAL_BYTES:]:
                    raise ValueError("it was cut off or changed")
                with np.load(io.BytesIO(whole[:-SEAL_BYTES]), allow_pickle=False) as columns:
                    found = unpack(dict(columns))
            except _DAMAGED as error:
                log.warning("%s is damaged and is built again · %s 已损坏，正在重建", path, path)
                log.info("%s: %s", path, error)
            else:
                with suppress(OSError):  # somebody else's in a shared folder
                    path.touch()
                return found
        made = build()
        self._store(path, pack(made))
        return made

    def _store(self, path: Path, columns: dict[str, Any]) -> None:
        """Write beside and rename; a full or locked disk costs the entry, never the plan."""
        content = io.BytesIO()
        np.savez(content, **columns)
        whole = content.getvalue()
        draft = path.with_name(f"{path.name}-{os.getpid()}-{secrets.token_hex(3)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                draft.write_bytes(whole + hashlib.sha256(whole).digest())
                share(draft)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
            if int(path.stem[-1], 16) == 0 or len(whole) * LARGE > self.limit_bytes:
                self._trim(path)
        except OSError as error:
            log.warning("cannot keep %s · 无法保存 %s", path, path)
            log.info("%s: %s", path, error)

    def _trim(self, newest: Path) -> None:
        """Old entries go beyond the limit; drafts of writers that died go after a day."""
        entries, stale = [], time.time() - DRAFT_S
        with os.scandir(newest.parent) as found:  # thousands of entries: paths would cost seconds
            for one in found:
                with suppress(OSError):  # another process trims too
                    if one.name.endswith(".npz"):
                        entries.append(((stat := one.stat()).st_mtime, stat.st_size, one.path))
                    elif one.name.endswith(".part") and one.stat().st_mtime < stale:
                        os.unlink(one.path)  # noqa: PTH108
        total = sum(size for _, size, _ in entries)
        if total <= self.limit_bytes:
            return
        for _, size, path in sorted(entries):
            if total <= self.limit_bytes or path == str(newest):
                break
            with suppress(OSError):
                Path(path).unlink(missing_ok=True)
            total -= size


def digest(*parts: object) -> str:
    """Hash of arrays, bytes and JSON-able values, and of this code."""
    sha = hashlib.sha256(_code_version().encode())
    for part in parts:
        if isinstance(part, np.ndarray):
            sha.update(f"{part.dtype}{part.shape}".encode())
            sha.update(np.ascontiguousarray(part).tobytes())
        elif isinstance(part, bytes):
            sha.update(f"bytes{len(part)}".encode() + part)
        else:
            sha.update(json.dumps(part, ensure_ascii=False).encode())
    return sha.hexdigest()[:32]


@cache
def _code_version() -> str:
    """Hash of the files whose change may change an entry."""
    here = Path(__file__).parent
    sources = [*sorted(here.rglob("*.py")), *sorted(here.rglob("*.toml"))]
    sources.append(here.parent.parent / "models" / "network.py")
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _pack(network: RoadNetwork) -> dict[str, Any]:
    columns = {f.name: getattr(network, f.name) for f in fields(network) if f.name not in _TUPLES}
    texts = json.dumps({name: getattr(network, name) for name in _TUPLES}, ensure_ascii=False)
    return {**columns, "texts": np.frombuffer(texts.encode(), np.uint8)}


def _unpack(columns: dict[str, Any]) -> RoadNetwork:
    texts = json.loads(columns.pop("texts").tobytes())
    rows: dict[str, Any] = {
        name: tuple(map(tuple, texts[name])) for name in _TUPLES if name != "names"
    }
    return RoadNetwork(**columns, **rows, names=tuple(texts["names"]))


def _order(columns: dict[str, Any], num_states: int) -> Order:
    order = Order(columns["rank"], columns["start"], columns["up"])
    if len(order.rank) != num_states or order.start[-1] != len(order.up):
        raise ValueError("sizes differ")
    return order


def _legs(columns: dict[str, Any], shape: tuple[int, int]) -> Legs:
    legs = Legs(columns["duration"], columns["distance"])
    if legs.duration.shape != shape or legs.distance.shape != shape:
        raise ValueError("sizes differ")
    return legs
