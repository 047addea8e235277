"""Run the service: ``python -m serving.run --place DIR --port N``."""

import os
import signal
import socket
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer
from granian import Granian
from granian.constants import Interfaces

from data.errors import told_plainly
from data.live_log_writer import LiveLogWriter
from data.quiet import quiet
from features.places import live_log_path
from serving.errors import RefusedToStart
from serving.settings import Settings, read_settings

if TYPE_CHECKING:
    from serving.edge import Edge

LOOPBACK = "127.0.0.1"

cli = typer.Typer(add_completion=False)


@cli.command()
def run(
    place: Annotated[
        Path | None,
        typer.Option(help="Folder with online.sqlite and mlflow.db; else PLAYER_PLACE."),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="TCP port.")] = 8000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; loopback unless stated.")
    ] = LOOPBACK,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes; each counts its own metrics.")
    ] = 1,
) -> None:
    """Answer scores and explanations over HTTP until interrupted.

    Keys, demo mode and other settings come from the environment (PLAYER_API_KEYS, PLAYER_DEMO, …).
    The API is described at http://HOST:PORT/schema.
    """
    quiet()
    if place is not None:
        os.environ["PLAYER_PLACE"] = str(place)
    with told_plainly():
        settings = read_settings()
        _check_place(settings.place)
        check_address(host, port)
        _check_writer(settings, workers)
    Granian(
        "serving.run:worker",
        factory=True,
        interface=Interfaces.ASGI,
        address=host,
        port=port,
        workers=workers,
        websockets=False,
        log_access=False,
    ).serve()


def worker() -> "Edge":
    """The application, in a process that doesn't outlive the one that started it."""
    _end_with_parent()
    from serving.app import create  # after the check of the settings, which needs none of it

    return create()


def _end_with_parent() -> None:
    """Let this process end with the one that started it: alone it would keep port and place."""
    if (parent := parent_process()) is None:
        return

    def wait_and_end() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)

    Thread(target=wait_and_end, name="end with parent", daemon=True).start()


def _check_place(place: Path) -> None:
    if not place.is_dir():
        raise RefusedToStart(
            f"{place} is no folder: --place names the one with online.sqlite and mlflow.db"
        )


def _check_writer(settings: Settings, workers: int) -> None:
    """Find out before anything is loaded whether events can be written."""
    if not settings.events:
        return
    if workers > 1:
        raise RefusedToStart(
            "one process writes the events of a place: start it with --workers 1, and further "
            "ones for scores alone with PLAYER_EVENTS=false"
        )
    LiveLogWriter(live_log_path(settings.place)).close()


def check_address(host: str, port: int) -> None:
    """Find out before anything is loaded whether the address can be listened on.

    Raises
    ------
    RefusedToStart
        If it is taken, or isn't an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise RefusedToStart(
                f"can't listen on {host}:{port} ({fault.strerror}): choose another --port or --host"
            ) from fault


if __name__ == "__main__":
    cli()
