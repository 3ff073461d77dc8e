"""People who use the desk: who they are, and what each kind of them may do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from models.errors import HuanweiError

NAME = re.compile(r"\w[\w.@-]{0,63}")
"""Matches the name of an account: letters of any script, digits, and `_ . @ -` after the first."""


class Need(StrEnum):
    """What an address asks of whoever comes: each address names one."""

    OPEN = "open"
    """Nothing: everybody may come in."""
    LINK = "link"
    """A signed link, which the address examines itself."""
    SELF = "self"
    """Any account, for what is its own."""
    LOOK = "look"
    """See districts, plans and jobs."""
    REPORT = "report"
    """Say what was done of a plan."""
    PLAN = "plan"
    """Order plans and change drafts by hand."""
    EDIT = "edit"
    """Change the tables of a district."""
    PUBLISH = "publish"
    """Make a plan the one that is driven."""
    ADMIT = "admit"
    """Open, change and close accounts, and see who did what."""


class Role(StrEnum):
    """The part a person plays in the bureau."""

    DISTRICT = "district"
    TOWN = "town"
    OPERATOR = "operator"
    DRIVER = "driver"
    READER = "reader"


MAY: dict[Role, frozenset[Need]] = {
    Role.DISTRICT: frozenset(Need),
    Role.TOWN: frozenset({Need.SELF, Need.LOOK, Need.REPORT, Need.PLAN, Need.EDIT}),
    Role.OPERATOR: frozenset({Need.SELF, Need.LOOK, Need.REPORT, Need.PLAN}),
    Role.DRIVER: frozenset({Need.SELF}),
    Role.READER: frozenset({Need.SELF, Need.LOOK}),
}
"""What each role may do; nothing else is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person with a name to log in by.

    `title` is what others read beside a change; `scope` is the town, the operator's name or the id
    of the driver in the crews table, as the role has it. A `closed` account opens nothing.
    """

    name: str
    role: Role
    title: str = ""
    scope: str = ""
    closed: bool = False

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise HuanweiError(
                f"{self.name!r} is no name for an account. Use up to 64 letters, digits and "
                "_ . @ -, the first a letter or digit.",
                zh=f"{self.name!r} 不能作为账号名。请用不超过 64 个字母、汉字、数字或 _ . @ -，"
                "且以字母、汉字或数字开头。",
            )
        if self.role == Role.DRIVER and not self.scope:
            raise HuanweiError(
                f"account {self.name}: a driver's account names the id in the crews table.",
                zh=f"账号 {self.name}：驾驶员账号须注明人员表中的编号。",
            )

    def may(self, need: Need) -> bool:
        """Whether this person may do what `need` says."""
        return need in {Need.OPEN, Need.LINK} or (not self.closed and need in MAY[self.role])
