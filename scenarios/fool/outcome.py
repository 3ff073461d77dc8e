"""What becomes of forgeries: who noticed, how many passed, whether somebody stopped the storm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.plan import PlanViolation

    Tell = Callable[["Caught", float], None]


@dataclass(frozen=True, slots=True)
class Caught:
    """What became of one forgery: `exit_code` as of `huanwei judge` (0: nobody noticed).

    None where the plan has nothing to forge so; `told` is the first thing the judge said.
    `believed`: nobody could notice (`scenarios.fool.believed`).
    """

    name: str
    exit_code: int | None
    told: str = ""
    believed: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of the forgeries tried, of so many there are; fewer where a person stopped it."""

    caught: list[Caught]
    total: int

    @property
    def tried(self) -> list[Caught]:
        """Those that found something to forge."""
        return [one for one in self.caught if one.exit_code is not None]

    @property
    def unnoticed(self) -> list[Caught]:
        """Those that nobody noticed, though somebody could have."""
        return [one for one in self.tried if not one.exit_code and not one.believed]

    @property
    def believed(self) -> list[Caught]:
        """Those that nobody can notice, and nobody did."""
        return [one for one in self.tried if not one.exit_code and one.believed]

    @property
    def stopped(self) -> bool:
        """Whether some were not tried."""
        return len(self.caught) < self.total


def caught(name: str, found: Sequence[PlanViolation]) -> Caught:
    """The forgery of this name by what the judge found: a broken law is told before a claim."""
    if not found:
        return Caught(name, 0)
    first = next((one for one in found if one.code != "CLAIM"), found[0])
    return Caught(name, 1, f"{first.code} {first.where} {first.detail}")


def gathered(storm: Iterator[Caught], total: int, tell: Tell) -> Outcome:
    """The forgeries one after the other, `tell` hears of each; Ctrl-C ends with those tried."""
    found: list[Caught] = []
    try:
        for one in storm:
            found.append(one)
            tell(one, len(found) / total)
    except KeyboardInterrupt:
        return Outcome(found, total)
    return Outcome(found, total)
