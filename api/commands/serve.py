"""`huanwei serve`: the server of a data folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands.interrupt import unwinding
from models.errors import HuanweiError
from scenarios.ledger.store import open_ledger
from scenarios.office.accounts import Accounts

LOOPBACK = "127.0.0.1"
LedgerUrl = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        help="台账数据库地址，默认 HUANWEI_LEDGER 或文件夹中的 ledger.sqlite · URL of the ledger",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("serve")(serve)


def serve(
    folder: Annotated[Path, typer.Argument(help="数据文件夹 · data folder")] = Path(),
    port: Annotated[int, typer.Option(min=1, max=65_535, help="端口 · port")] = 8765,
    host: Annotated[
        str,
        typer.Option(help="监听地址，本机以外须有账号 · address; others need accounts"),
    ] = LOOPBACK,
    token_file: Annotated[
        Path | None,
        typer.Option(help="程序用口令文件(或 HUANWEI_TOKEN)· file of the token of programs"),
    ] = None,
    public_host: Annotated[
        list[str] | None,
        typer.Option(help="对外主机名(可重复)· further name the server goes by, of a proxy"),
    ] = None,
    behind_proxy: Annotated[
        bool,
        typer.Option("--behind-proxy", help="信任代理的 X-Forwarded-* 头 · believe X-Forwarded-*"),
    ] = False,
    ledger: LedgerUrl = None,
    jobs: Annotated[
        int, typer.Option(min=1, max=64, help="同时规划的任务数 · plans made at once")
    ] = 1,
) -> None:
    """在浏览器中查看区域与计划并开始规划 · Districts, plans and jobs in a browser."""
    expect_folder(folder)
    # Plans are made by a stack that takes seconds to load; only this command needs both.
    import uvicorn  # noqa: PLC0415

    from api.serve.gate import Doors, public_hosts  # noqa: PLC0415
    from api.server import create_app  # noqa: PLC0415
    from api.studies import order_runner  # noqa: PLC0415

    with open_ledger(folder, ledger) as opened:
        accounts = Accounts(opened).any()
    hosts = public_hosts(public_host or ())
    doors = Doors(host, hosts, read_token(token_file), behind_proxy, accounts=accounts)
    app = create_app(folder, order_runner, doors, ledger=ledger, jobs=jobs)
    Console().print(f"http://{f'[{host}]' if ':' in host else host}:{port}/", highlight=False)
    with unwinding():
        # Open event streams must not keep the server from stopping its jobs.
        uvicorn.run(
            app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=2,
            proxy_headers=behind_proxy, server_header=False,
        )  # fmt: skip


def expect_folder(folder: Path) -> None:
    """Raise `HuanweiError` where the data folder is not there."""
    if not folder.is_dir():
        raise HuanweiError(
            f"{folder}: no such folder. Give the folder that holds your districts.",
            zh=f"{folder}：文件夹不存在。请给出存放各辖区的文件夹。",
        )


def read_token(file: Path | None) -> str:
    """The token in the file, or of the setting HUANWEI_TOKEN, or none."""
    if file is None:
        return os.environ.get("HUANWEI_TOKEN", "").strip()
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise HuanweiError(
            f"{file}: the token cannot be read ({error}).", zh=f"{file}：无法读取令牌。"
        ) from None
    if not token:
        raise HuanweiError(f"{file}: holds no token.", zh=f"{file}：其中没有令牌。")
    return token
