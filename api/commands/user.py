"""`huanwei user`: the accounts of a data folder, for whoever looks after the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands.answers import answer
from api.commands.options import AsJson, Language, Tongue, Verbose, errors_end_with_2
from api.commands.serve import LedgerUrl, expect_folder
from api.words.i18n import word
from models.account import Account, Role
from models.errors import HuanweiError
from scenarios.ledger.store import Ledger, open_ledger
from scenarios.office.accounts import Accounts
from scenarios.office.acts import Acts

COMMAND = "huanwei"
"""Who the book of changes names for what was done at the command line."""
users = typer.Typer(no_args_is_help=True, help="服务器账号 · accounts of the server")
Data = Annotated[Path, typer.Option("--data", help="数据文件夹 · data folder")]
Name = Annotated[str, typer.Argument(help="账号名 · name of the account")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="密码文件，缺省时提示输入 · file of the password; asked for if left out"),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(users, name="user")


@users.command("add")
def add(
    name: Name,
    data: Data = Path(),
    role: Annotated[Role, typer.Option(help="角色 · role")] = Role.DISTRICT,
    title: Annotated[str, typer.Option(help="姓名 · full name")] = "",
    scope: Annotated[
        str, typer.Option(help="镇街、企业或驾驶员编号 · town, operator or driver's id")
    ] = "",
    password_file: PasswordFile = None,
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """开设账号 · Open an account."""
    with errors_end_with_2(language, as_json=as_json):
        account = Account(name=name, role=role, title=title, scope=scope)
        secret = read_password(password_file)
        with _office(data, ledger) as opened:
            Accounts(opened).add(account, secret)
            Acts(opened).note(COMMAND, "account_opened", name, role=role)
    _told("add", account, as_json=as_json)


@users.command("list")
def show(
    data: Data = Path(),
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """列出账号 · List the accounts."""
    with errors_end_with_2(language, as_json=as_json), _office(data, ledger) as opened:
        found = Accounts(opened).all()
    if as_json:
        answer("user list", accounts=[asdict(one) for one in found])
        return
    heads = ("account", "role", "full_name", "scope")
    table = Table(*(word("desk", head, language) for head in heads), "")
    for one in found:
        state = word("desk", "closed", language) if one.closed else ""
        role = word("desk", f"role_{one.role}", language)
        table.add_row(one.name, role, one.title, one.scope, state)
    Console().print(table)


@users.command("close")
def close(
    name: Name,
    data: Data = Path(),
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """停用账号 · Close an account."""
    with errors_end_with_2(language, as_json=as_json), _office(data, ledger, name) as opened:
        Accounts(opened).close(name)
        Acts(opened).note(COMMAND, "account_changed", name, fields=["closed"])
        account = Accounts(opened).get(name)
    _told("close", account, as_json=as_json)


@users.command("reopen")
def reopen(
    name: Name,
    data: Data = Path(),
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """重新启用账号 · Open a closed account again."""
    with errors_end_with_2(language, as_json=as_json), _office(data, ledger, name) as opened:
        Accounts(opened).open_again(name)
        Acts(opened).note(COMMAND, "account_changed", name, fields=["closed"])
        account = Accounts(opened).get(name)
    _told("reopen", account, as_json=as_json)


@users.command("password")
def password(
    name: Name,
    data: Data = Path(),
    password_file: PasswordFile = None,
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """重设密码 · Give an account another password."""
    with errors_end_with_2(language, as_json=as_json), _office(data, ledger, name) as opened:
        Accounts(opened).set_password(name, read_password(password_file))
        Acts(opened).note(COMMAND, "account_changed", name, fields=["password"])
        account = Accounts(opened).get(name)
    _told("password", account, as_json=as_json)


def _told(command: str, account: Account | None, *, as_json: bool) -> None:
    """The account a command was about, for a person or for a program."""
    if account is None:
        return
    if as_json:
        answer(f"user {command}", account=asdict(account))
    else:
        Console().print(f"{account.name} · {account.role}", highlight=False)


def read_password(file: Path | None) -> str:
    """The password in the file, or one that is typed twice."""
    if file is None:
        return str(typer.prompt("密码 · password", hide_input=True, confirmation_prompt=True))
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise HuanweiError(
            f"{file}: the password cannot be read ({error}).",
            zh=f"{file}：无法读取密码。",
        ) from None


@contextmanager
def _office(data: Path, url: str | None, known: str = "") -> Iterator[Ledger]:
    """The ledger of a data folder; raises `HuanweiError` where it has no account `known`."""
    expect_folder(data)
    with open_ledger(data, url) as opened:
        if known and Accounts(opened).get(known) is None:
            raise HuanweiError(
                f"There is no account {known}; huanwei user list shows them.",
                zh=f"没有账号 {known}；可用 huanwei user list 查看。",
            )
        yield opened
