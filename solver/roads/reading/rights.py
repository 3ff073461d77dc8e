"""Who may drive a way in which direction, and pass a node: OSM's hierarchy of transport modes.

Wiki Key:access: access < vehicle < motor_vehicle < goods, hgv, motorcar; `:forward`, `:backward`;
`oneway:<mode>`. The most special tag speaks, a sibling of our mode can only forbid. Rules under a
condition hold always when they forbid and never when they allow; unknown words forbid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.network import FOOT_CLASSES, Access, NodeFlag
from solver.roads.reading.limits import DESTINATION, OPEN, by_size, conditionals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from solver.roads.reading.map_notes import MapNotes

FORWARD = 1
"""Names the direction of an arc along its way (by OSM's order of nodes)."""

BACKWARD = -1
"""Names the direction of an arc against its way (by OSM's order of nodes)."""
_BOTH = frozenset({FORWARD, BACKWARD})
_PRIVATE = {
    "private", "permit", "residents", "resident", "agricultural", "forestry", "employees", "staff",
    "members", "permissive_private",
}  # fmt: skip
_NO = {
    "no", "emergency", "military", "psv", "bus", "taxi", "hov", "disabled", "school", "restricted",
    "unsuitable", "use_sidepath", "dismount", "none", "false", "0", "prohibited", "closed",
}  # fmt: skip
_CODES = {
    **dict.fromkeys(OPEN, Access.YES), **dict.fromkeys(DESTINATION, Access.DESTINATION),
    **dict.fromkeys(_PRIVATE, Access.PRIVATE), **dict.fromkeys(_NO, Access.NO),
}  # fmt: skip
_CLOSES: Mapping[str, frozenset[int]] = {
    **dict.fromkeys(("yes", "true", "1", "forward"), frozenset({BACKWARD})),
    **dict.fromkeys(("-1", "reverse", "backward"), frozenset({FORWARD})),
    **dict.fromkeys(("no", "false", "0", "alternating"), frozenset()),
    "reversible": _BOTH,
}
"""Directions that a value of `oneway` closes; a reversible lane is never surely ours."""
_FAMILY = frozenset({"access", "vehicle", "motor_vehicle", "motorcar", "goods", "hgv", "oneway"})


class _Mode(NamedTuple):
    """A mode of ours: its own keys, siblings that may only forbid, wider keys, widest last."""

    own: tuple[str, ...]
    siblings: tuple[str, ...]
    wider: tuple[str, ...] = ("motor_vehicle", "vehicle")


LIGHT = _Mode(("goods",), ("motorcar",))
HEAVY = _Mode(("hgv",), ("goods", "motorcar"))


class Rights(NamedTuple):
    """`Access` for light motor vehicles and for heavy goods vehicles, in one direction."""

    access: int
    hgv: int


def rights(
    tags: Mapping[str, str], notes: MapNotes, what: str
) -> tuple[Rights | None, Rights | None]:
    """Rights along and against a way; None where no motor vehicle may ever drive that way.

    A way that is closed in both directions keeps both, with codes that say so.
    """
    told = [key for key in tags if key.partition(":")[0] in _FAMILY]
    if not told or (told == ["oneway"] and tags["oneway"] in _CLOSES):
        usual = _plain(tags)
        signs = _CLOSES[tags["oneway"]] if told else _implied_directions(tags)
        if signs != _BOTH:
            return None if FORWARD in signs else usual, None if BACKWARD in signs else usual
    reader = _Reader(tags, notes, what)
    found: list[Rights] = []
    shut: list[bool] = []
    closed = {mode: reader.closes(mode) for mode in (LIGHT, HEAVY)}
    for direction in (FORWARD, BACKWARD):
        codes = [
            Access.NO if direction in closed[mode] else reader.access(mode, direction)
            for mode in (LIGHT, HEAVY)
        ]
        found.append(Rights(*(int(code) for code in codes)))
        by_sign = all(direction in closed[mode] for mode in (LIGHT, HEAVY))
        shut.append(by_sign or min(codes) >= Access.FOOT)
    if all(shut):
        alike = reader.access(LIGHT, FORWARD) == reader.access(LIGHT, BACKWARD)
        one_way = len(closed[LIGHT] & closed[HEAVY]) == 1 and alike
        shut = [one_way and d in closed[LIGHT] & closed[HEAVY] for d in (FORWARD, BACKWARD)]
    along, against = found
    return None if shut[0] else along, None if shut[1] else against


def node_flags(tags: Mapping[str, str], notes: MapNotes, what: str) -> int:
    """`NodeFlag` bits of a node: signals and barriers, by kind and by what is tagged on them."""
    flags = 0
    if "traffic_signals" in tags.get("highway", "").split(";"):
        flags |= NodeFlag.SIGNAL
    reader = _Reader(tags, notes, what)
    for barrier in _words(tags.get("barrier", "")):  # of a list each
        if barrier != "no":
            flags |= _barrier_flags(barrier, tags, reader)
    return int(flags)


_GATES = frozenset({
    "gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "hampshire_gate",
    "bump_gate", "entrance", "toll_booth", "border_control", "checkpoint", "sally_port",
    "cattle_grid", "height_restrictor", "width_restrictor", "kerb", "coupure", "arch",
    "guard_stone", "lych_gate",
})  # fmt: skip
"""Kinds a motor vehicle passes unless something else is tagged on them."""
_WALLS = frozenset({
    "block", "bollard", "chain", "debris", "jersey_barrier", "log", "planter", "rope",
    "sump_buster", "bus_trap", "concrete_block", "barrier_board", "boulder", "tank_trap", "ditch",
    "guard_rail", "cable_barrier", "wall", "fence", "hedge", "retaining_wall", "city_wall",
    "rising_bollard", "spikes", "tyres", "bar", "delineators", "yes",
})  # fmt: skip
FOOT_WALLS = frozenset({
    "cycle_barrier", "motorcycle_barrier", "full-height_turnstile", "turnstile", "kissing_gate",
    "stile", "wicket_gate", "horse_stile", "step", "swing_stile",
})  # fmt: skip
"""Kinds made for people on foot: `access=yes` says nothing of vehicles there."""
_MOVES = frozenset({
    "removable", "rising", "retractable", "foldable", "fold_down", "removeable", "movable",
    "automatic", "lowering", "telescopic",
})  # fmt: skip
_RESTRICTORS = {"height_restrictor": "maxheight", "width_restrictor": "maxwidth"}
"""Kinds that let pass what is small enough, and the limit that says how small."""


def _barrier_flags(barrier: str, tags: Mapping[str, str], reader: _Reader) -> NodeFlag:
    """What a barrier does to light and to heavy vehicles."""
    known = barrier in _GATES | _WALLS | FOOT_WALLS
    if not known:
        reader.notes.add("barriers_unread", f"{reader.what} barrier={barrier}")
    general = () if barrier in FOOT_WALLS else ("access",)
    keys = ("motor_vehicle", "motorcar", "vehicle", *general)
    light, heavy = (reader.stated(own + keys, FORWARD) for own in (("goods",), ("hgv", "goods")))
    usual = Access.YES if barrier in _GATES else Access.NO
    if barrier in _GATES and tags.get("locked", "no").strip().lower() != "no":
        usual = Access.PRIVATE
    moves = tags.get("bollard", "").strip().lower() in _MOVES or barrier == "rising_bollard"
    usual = Access.PRIVATE if moves else usual
    light, heavy = usual if light is None else light, usual if heavy is None else heavy
    if (hours := tags.get("opening_hours", "")) and light < Access.FOOT and hours != "24/7":
        reader.notes.add("conditions", f"{reader.what} opening_hours={hours}")
        light, heavy = max(light, Access.PRIVATE), max(heavy, Access.PRIVATE)  # who has the key
    limit = _RESTRICTORS.get(barrier)
    if limit and heavy < Access.FOOT and not any(key.startswith(limit) for key in tags):
        reader.notes.add("restrictors_unread", f"{reader.what} barrier={barrier}")
        heavy = Access.NO
    if light >= Access.FOOT:
        return NodeFlag.BLOCKED
    flags = NodeFlag.NO_HGV if heavy >= Access.FOOT else NodeFlag(0)
    shut = Access.PRIVATE in (light, heavy)
    return flags | NodeFlag.PRIVATE_GATE if shut else flags


class _Reader(NamedTuple):
    """Reads the tags of one object and counts what it does not understand."""

    tags: Mapping[str, str]
    notes: MapNotes
    what: str

    def access(self, mode: _Mode, direction: int) -> Access:
        """Code of a way for a mode in a direction."""
        general = self._general(mode, direction)
        forbidding = (self._said(key, direction) for key in mode.siblings)
        strict = max((code for code in forbidding if code is not None), default=Access.YES)
        strict = max(strict, *self._conditions(mode, direction))
        if strict == Access.NO and general != Access.NO:
            strict = Access.FOOT
        return max(general, strict)

    def _general(self, mode: _Mode, direction: int) -> Access:
        for key in (*mode.own, *mode.wider):
            if (code := self._said(key, direction)) is not None:
                return Access.FOOT if code == Access.NO and key != "hgv" else code
        code = self._said("access", direction)
        if self.tags["highway"] in FOOT_CLASSES:
            shut = code is not None and code >= Access.PRIVATE
            return Access.NO if shut else Access.FOOT
        if code == Access.NO and _CODES.get(self.tags.get("foot", "")) == Access.YES:
            return Access.FOOT
        return _usual(self.tags) if code is None else code

    def stated(self, keys: tuple[str, ...], direction: int) -> Access | None:
        """The first of `keys` that is tagged, with the conditions on all of them."""
        codes = (self._said(key, direction) for key in keys)
        first = next((code for code in codes if code is not None), None)
        bound = max(self._conditional(key, direction) for key in keys)
        return first if bound == Access.YES else max(bound, first or Access.YES)

    def closes(self, mode: _Mode) -> frozenset[int]:
        """Directions that one-way signs close for a mode."""
        keys = [f"oneway:{key}" for key in (*mode.own, *mode.wider)] + ["oneway"]
        stated = next((key for key in keys if self.tags.get(key)), "")
        found = self._oneway(stated, self.tags[stated]) if stated else frozenset()
        if not stated:
            found = _implied_directions(self.tags)
        for key in mode.siblings:
            if value := self.tags.get(f"oneway:{key}"):
                found |= self._oneway(f"oneway:{key}", value)
        for key in keys:
            if text := self.tags.get(f"{key}:conditional"):
                self.notes.add("conditions", f"{self.what} {key}:conditional={text}")
                for value, _ in conditionals(text):
                    found |= self._oneway(key, value)
        return found

    def _oneway(self, key: str, text: str) -> frozenset[int]:
        found: frozenset[int] = frozenset()
        for value in _words(text):
            closes = _CLOSES.get(value)
            if closes is None:
                self.notes.add("oneway_unread", f"{self.what} {key}={text}")
                closes = frozenset({BACKWARD})
            found |= closes
        return found

    def _said(self, key: str, direction: int) -> Access | None:
        """Code of `key` in a direction; None when nothing is tagged."""
        side = "forward" if direction == FORWARD else "backward"
        for name in (f"{key}:{side}", key):
            if text := self.tags.get(name):
                return self._code(name, text)
        return None

    def _code(self, key: str, text: str) -> Access:
        """The strictest of the words of a value."""
        codes: list[Access] = []
        for word in _words(text):
            code = _CODES.get(word)
            if code is None:
                self.notes.add("access_unread", f"{self.what} {key}={text}")
            codes.append(Access.NO if code is None else code)
        return max(codes, default=Access.NO)

    def _conditions(self, mode: _Mode, direction: int) -> Iterator[Access]:
        """What rules under a condition forbid, taken as always in force."""
        for key in (*mode.own, *mode.siblings, *mode.wider, "access"):
            yield self._conditional(key, direction)

    def _conditional(self, key: str, direction: int) -> Access:
        side = "forward" if direction == FORWARD else "backward"
        strictest = Access.YES
        for name in (f"{key}:{side}:conditional", f"{key}:conditional"):
            if not (text := self.tags.get(name)):
                continue
            self.notes.add("conditions", f"{self.what} {name}={text}")
            for value, condition in conditionals(text):
                code = self._code(name, value)
                if code == Access.DESTINATION or not by_size(condition):  # else a limit of size
                    strictest = max(strictest, code)
        return strictest


def _plain(tags: Mapping[str, str]) -> Rights:
    """Rights of a way without any tag on them."""
    code = int(Access.FOOT if tags["highway"] in FOOT_CLASSES else _usual(tags))
    return Rights(code, code)


def _usual(tags: Mapping[str, str]) -> Access:
    """Code of a road where no access is tagged: lanes of fire engines are closed."""
    shut = tags.get("service") == "emergency_access" or tags.get("smoothness") == "impassable"
    return Access.NO if shut else Access.YES


def _implied_directions(tags: Mapping[str, str]) -> frozenset[int]:
    """Directions that the kind of road closes where nothing is tagged."""
    implied = tags.get("junction", "").strip().lower() in {"roundabout", "circular"}
    implied |= tags["highway"] in {"motorway", "motorway_link"}
    return _CLOSES["yes"] if implied else _CLOSES["no"]


def _words(text: str) -> list[str]:
    return [word for part in text.replace("|", ";").split(";") if (word := part.strip().lower())]
