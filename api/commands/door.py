"""The front door of the `huanwei` command: loading takes a moment, and Ctrl-C may come in it."""

from __future__ import annotations

import signal

from api.commands.interrupt import leave_now


def main() -> None:
    """Load the command line and run it."""
    signal.signal(signal.SIGINT, leave_now)
    from api.commands.app import main as run  # noqa: PLC0415 - that is what takes the moment

    run()
