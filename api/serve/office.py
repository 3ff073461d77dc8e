"""What every address of the server works with, put together once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.serve.checks import Checks
from api.serve.drafts import Drafts
from api.serve.grounds import Grounds
from api.serve.months import Months
from api.serve.packed import Packs
from api.serve.shelf import Shelf
from api.serve.tables import Tables
from scenarios.office.accounts import Accounts
from scenarios.office.acts import Acts
from scenarios.office.duties import Duties
from scenarios.office.publishing import Publishing
from scenarios.office.sessions import Sessions

if TYPE_CHECKING:
    from fastapi import Request

    from api.serve.gate import Doors
    from api.serve.jobs import Jobs
    from api.serve.library import Library
    from scenarios.ledger.store import Ledger


class Office:
    """The data folder, the orders and the people of one server."""

    def __init__(self, library: Library, jobs: Jobs, ledger: Ledger, doors: Doors) -> None:
        self.library, self.jobs, self.ledger, self.doors = library, jobs, ledger, doors
        self.accounts, self.acts = Accounts(ledger), Acts(ledger)
        self.drafts = Drafts(self.acts)
        self.sessions, self.duties = Sessions(ledger), Duties(ledger)
        self.publishing = Publishing(ledger)
        self.checks, self.shelf, self.grounds = Checks(), Shelf(), Grounds()
        self.packs, self.months, self.tables = Packs(), Months(), Tables()
        self._guarded = bool(doors.token)

    def is_unguarded(self) -> bool:
        """Whether this machine's owner works without accounts, as on the first day."""
        if not self._guarded:
            self._guarded = self.accounts.any()  # never again the other way round
        return not self._guarded


def office_of(request: Request) -> Office:
    """The office a request came to."""
    office: Office = request.app.state.office
    return office
