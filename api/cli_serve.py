"""`huanwei serve`: the server of a data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from models.errors import HuanweiError

LOOPBACK = "127.0.0.1"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("serve")(serve)


def serve(
    folder: Annotated[Path, typer.Argument(help="数据文件夹 · data folder")] = Path(),
    port: Annotated[int, typer.Option(min=1, max=65_535, help="端口 · port")] = 8765,
) -> None:
    """在本机浏览器中查看区域与计划并开始规划 · Districts, plans and jobs in a browser here."""
    if not folder.is_dir():
        raise HuanweiError(f"{folder}: no such folder. Give the folder that holds your districts.")
    # Plans are made by a stack that takes seconds to load; only this command needs both.
    import uvicorn  # noqa: PLC0415

    from api.runner import plan_runner  # noqa: PLC0415
    from api.server import create_app  # noqa: PLC0415

    Console().print(f"http://{LOOPBACK}:{port}/")
    # Open event streams must not keep the server from stopping its jobs.
    uvicorn.run(
        create_app(folder, plan_runner), host=LOOPBACK, port=port, log_level="warning",
        timeout_graceful_shutdown=2,
    )  # fmt: skip
