"""Contents that many ask for: made once, compressed once, known again by their tag."""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi import Response

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

    from fastapi import Request

LEVEL = 6
"""Sets how hard is compressed: a map of 0.9 MB takes 40 ms once and becomes a quarter."""
SMALLEST = 1400
"""Leaves contents alone that fit a packet of the network anyway [bytes]."""
KEPT_BYTES = 64 << 20
"""Limits what is kept at hand: some ten plans of a district's day with their maps."""
MOST_BYTES = 16 << 20
"""Limits a file that is read whole [bytes]; the plan of a city takes 9 MB."""


class Packed:
    """A content with its tag, and as gzip for whoever takes that."""

    def __init__(self, content: bytes, kind: str) -> None:
        self.content, self.kind = content, kind

    @cached_property
    def tag(self) -> str:
        """The same for the same content, in every process."""
        return f'W/"{hashlib.sha256(self.content).hexdigest()[:20]}"'

    @cached_property
    def small(self) -> bytes:
        """The content as gzip."""
        return gzip.compress(self.content, LEVEL, mtime=0)

    def answer(self, request: Request, headers: Mapping[str, str]) -> Response:
        """The content, as small as the browser takes it; 304 where it holds the same already."""
        told = {**headers, "ETag": self.tag, "Vary": "Accept-Encoding"}
        if self.tag.removeprefix("W/") in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=told)
        if len(self.content) < SMALLEST or not takes_gzip(request):
            return Response(self.content, media_type=self.kind, headers=told)
        told["Content-Encoding"] = "gzip"
        return Response(self.small, media_type=self.kind, headers=told)


def takes_gzip(request: Request) -> bool:
    """Whether whoever asks reads gzip."""
    offers = request.headers.get("accept-encoding", "").lower().replace(" ", "").split(",")
    return any(one == "gzip" or re.fullmatch(r"gzip;q=(1.*|0\.0*[1-9].*)", one) for one in offers)


class Packs:
    """Packed contents by what they were made of, the latest kept at hand. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Packed] = OrderedDict()

    def file(self, path: Path, kind: str) -> Packed | None:
        """The content of a file; None: it is too large to be held at once."""
        stat = path.stat()
        if stat.st_size > MOST_BYTES:
            return None
        key = (str(path), stat.st_mtime_ns, stat.st_size)
        return self.get(key) or self.keep(key, Packed(path.read_bytes(), kind))

    def get(self, key: Hashable) -> Packed | None:
        """What is known under a key."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def keep(self, key: Hashable, packed: Packed) -> Packed:
        """Keep a content at hand; what was not asked for longest goes."""
        with self._lock:
            self._known[key] = packed
            while sum(len(one.content) for one in self._known.values()) > KEPT_BYTES:
                self._known.popitem(last=False)
        return packed
