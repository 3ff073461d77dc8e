"""A cost at which a run may end: nothing is left to win, or nothing more was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.instances import BestKnown
    from models.day import Progress
    from scenarios.instances import Instance
    from scenarios.instances.weeks.instance import PeriodicInstance


class Target:
    """Hears a search's progress; set once it holds a whole plan as good as the best known.

    A flag for `solver.stop.when`. Without a best known value it is never set, nor by a value
    that is not proved optimal unless `unproven` values count too.
    """

    def __init__(
        self, instance: Instance | PeriodicInstance, best: BestKnown | None, *, unproven: bool
    ) -> None:
        self.instance = instance
        self.best = best if best is not None and (best.proven or unproven) else None
        self._met = False

    def hear(self, progress: Progress) -> None:
        """News of the search: its best cost, and the required tasks that plan leaves out."""
        if self.best is None or progress.cost is None or progress.required_unserved:
            return
        self._met = self._met or self.best.met_by(self.instance.published(progress.cost))

    def is_set(self) -> bool:
        """Whether the target was met."""
        return self._met
