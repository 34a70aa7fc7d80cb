"""``mxlearn lab``: bring the student's copy of the course up to date, and open JupyterLab on it."""

import argparse
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from mxlearn.base import ArgumentError, DataError
from mxlearn.course import default_folder, deliver, restore

__all__ = ["add_to"]

FIRST_PORT = 8888
PORTS_TRIED = 50
START_TIMEOUT = 90.0  # seconds until the server has to answer
DESCRIPTION = """Open the course in JupyterLab, on your own copy of the lessons.

The first start copies the lessons into your folder. A later start brings lessons that you did not change up to date,
and never overwrites one that you changed: a newer version of it is put beside yours as NAME.new.ipynb. A lesson that
you deleted or moved away is delivered again. Ctrl-C in the terminal stops JupyterLab.
"""
ENVIRONMENT = """environment:
  MXLEARN_COURSE       your folder for the course, where --dir is not given
  JUPYTER_TOKEN        the token of the server, instead of a random one
"""


def add_to(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "lab",
        help="open the course in JupyterLab, on your own copy of the lessons",
        description=DESCRIPTION,
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--dir", type=Path, metavar="DIR", help="your folder for the course (default: ~/mxlearn-course)"
    )
    parser.add_argument(
        "--port", type=_port, metavar="N", help=f"port of the server (default: a free one from {FIRST_PORT})"
    )
    parser.add_argument(
        "--ip", default="127.0.0.1", help="address to listen on (default: 127.0.0.1, this machine only)"
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser, only print the address")
    parser.add_argument(
        "--fresh",
        action="append",
        default=[],
        metavar="CHAPTER",
        help="put the delivered version of a lesson back (its name, or how it starts: 01); yours is kept as a backup",
    )
    parser.add_argument(
        "--copy-only", action="store_true", help="bring the folder up to date and do not start JupyterLab"
    )
    parser.add_argument("--verbose", action="store_true", help="show the messages of the server")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    folder = (options.dir or default_folder()).expanduser().absolute()
    if not options.copy_only:
        _need_jupyterlab()
    for chapter in options.fresh:
        print(restore(folder, chapter).report(folder))
    print(deliver(folder).report(folder), flush=True)
    if options.copy_only:
        return 0
    port = options.port or _free_port(options.ip)
    if options.port and not _is_free(options.ip, port):
        raise ArgumentError(
            f"lab: port {port} of {options.ip} is in use or not allowed.\n"
            "  Leave --port out to get a free one; is a JupyterLab of yours still running?"
        )
    return _serve(folder, options, port)


def _need_jupyterlab() -> None:
    if importlib.util.find_spec("jupyterlab") is None:
        raise DataError(
            f"lab: JupyterLab is not installed in {sys.prefix}.\n"
            '  Install it with: python -m pip install "mxlearn[lab]"'
        )


def _serve(folder: Path, options: argparse.Namespace, port: int) -> int:
    """Run JupyterLab until it is stopped; print its address as soon as it answers."""
    import secrets

    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    browser = not options.no_browser and _has_browser()
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}"]
    command += [f"--ServerApp.ip={options.ip}", "--ServerApp.port_retries=0", f"--ServerApp.open_browser={browser}"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None"]
    if not options.verbose:
        command += ["--Application.log_level=ERROR"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command += ["--allow-root"]
    # the token goes through the environment: other users of this machine could read it on a command line
    server = subprocess.Popen(command, cwd=folder, env={**os.environ, "JUPYTER_TOKEN": token})
    previous = signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        if _answers(server, options.ip, port):
            _announce(options, port, token, browser)
        return _wait(server)
    finally:
        signal.signal(signal.SIGTERM, previous)
        if server.poll() is None:
            server.terminate()
            server.wait()


def _wait(server: subprocess.Popen) -> int:
    """Wait for the server. Ctrl-C reaches it too, and it asks whether to stop: go on waiting for the answer."""
    while True:
        try:
            status = server.wait()
        except KeyboardInterrupt:
            continue
        return 0 if status in (0, -signal.SIGINT, -signal.SIGTERM) else status


def _answers(server: subprocess.Popen, ip: str, port: int) -> bool:
    """Wait until the server accepts connections; False if it stopped instead."""
    host = _reachable(ip)
    end = time.monotonic() + START_TIMEOUT
    while server.poll() is None:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                server.terminate()
                raise DataError(
                    f"lab: JupyterLab did not answer on {host}:{port} within {START_TIMEOUT:.0f} seconds.\n"
                    "  Start it with --verbose to see why."
                ) from None
            time.sleep(0.1)
        else:
            return True
    return False


def _announce(options: argparse.Namespace, port: int, token: str, browser: bool) -> None:
    address = f"http://{_bracketed(_reachable(options.ip))}:{port}/lab?token={token}"
    print("The course opens in your browser. If it does not, open:" if browser else "The course is ready. Open:")
    print(f"  {address}")
    if "SSH_CONNECTION" in os.environ and options.ip == "127.0.0.1":
        print(f"From your own machine, first: ssh -L {port}:127.0.0.1:{port} {socket.gethostname()}")
    print("Ctrl-C here stops it.", flush=True)


def _reachable(ip: str) -> str:
    """Return an address that leads to a server that listens on ``ip``."""
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "*": "127.0.0.1", "::": "::1"}.get(ip, ip)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _has_browser() -> bool:
    """Whether a graphical browser can be opened: on Linux that needs a display."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    import webbrowser

    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _free_port(ip: str) -> int:
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if _is_free(ip, port):
            return port
    raise ArgumentError(
        f"lab: no port from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} of {ip} is free.\n"
        "  Name one with --port; is the address one of this machine?"
    )


def _is_free(ip: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":  # as the server does: a port in TIME_WAIT is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ip if ip != "*" else "", port))
        except OSError:
            return False
    return True


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise ValueError
    return port
