"""Start a real JupyterLab, which serves Notebook 7 too, with fresh settings, and drive notebooks in both."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
START = 90  # seconds that the server may take to answer
RUN = 90_000  # milliseconds that a notebook may take to run
# What Notebook 7.6 itself raises in any page, an empty one too: while it loads its settings, and when it is reloaded.
NOTEBOOKS_OWN = ("reading 'schema'", "Command 'filebrowser:open-path' not registered")
# What JupyterLab itself raises on a slow machine: its splash screen is taken away twice.
LABS_SPLASH = re.compile(r"'removeChild' on 'Node'[^\n]*\n\s+at \S+/static/lab/jlab_core\.\S+\s*$")
NOTEBOOKS_FONTS = re.compile(r"/static/notebook/\w+\.woff$")  # of formulas: it asks for fonts that it does not ship

SETTINGS = {
    # no news from outside, no windowing: a cell that is off the screen is drawn too
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}


class Lab:
    """A running JupyterLab: its address, its token and its folder of notebooks."""

    def __init__(self, address: str, token: str, folder: Path):
        self.address, self.token, self.folder = address, token, folder

    def write(self, name: str, cells: Sequence[str | dict]) -> Path:
        """Write a notebook: a text is a code cell that has not run, a dict a cell as it stands."""
        content = []
        for number, cell in enumerate(cells):
            if isinstance(cell, str):
                cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}
            content.append({"id": f"cell{number}", **cell})
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = {"cells": content, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        path = self.folder / name
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return path

    def url(self, name: str, front_end: str = "lab") -> str:
        """Return the address of a notebook in a front end, "lab" or "notebook"."""
        path = f"lab/tree/{name}?reset&" if front_end == "lab" else f"notebooks/{name}?"
        return f"{self.address}/{path}token={self.token}"


@contextmanager
def running_lab(base: Path, folder: Path) -> Iterator[Lab]:
    """Run JupyterLab over ``folder`` with settings of its own under ``base``; end it, and its kernels, afterwards.

    Raises
    ------
    RuntimeError
        If the server does not answer; the message has its log.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    environment = dict(os.environ)
    for name in (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "IPYTHONDIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
    ):
        environment[name] = str(base / name.lower())
        Path(environment[name]).mkdir(parents=True)
    paths = [str(REPOSITORY), str(REPOSITORY / "widgets"), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    for name, settings in SETTINGS.items():
        path = Path(environment["JUPYTERLAB_SETTINGS_DIR"]) / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), encoding="utf-8")
    log = base / "lab.log"
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "lab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--ServerApp.root_dir={folder}",
        f"--IdentityProvider.token={token}",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(server, f"{address}/api/status?token={token}", log)
        yield Lab(address, token, folder)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait(server: subprocess.Popen, url: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        try:
            with opener.open(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-4000:]}")


class Watch:
    """What a page did that it should not: errors on its console, and requests to other hosts."""

    def __init__(self, page, address: str):
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("console", lambda message: self._console(message))
        page.on("pageerror", lambda error: self._error(error))
        page.on("request", lambda request: self._request(request.url, address))

    def _error(self, error) -> None:
        told = f"{error}\n{error.stack or ''}"
        if not any(known in told for known in NOTEBOOKS_OWN) and not LABS_SPLASH.search(told):
            self.errors.append(told)

    def _console(self, message) -> None:
        url = message.location.get("url", "")
        if message.type == "error" and not NOTEBOOKS_FONTS.search(url):
            self.errors.append(f"{message.text} ({url})")

    def _request(self, url: str, address: str) -> None:
        if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            self.foreign.append(url)


def open_notebook(page, lab: Lab, name: str, front_end: str = "lab") -> None:
    """Open a notebook and wait until its cells are there."""
    page.goto(lab.url(name, front_end))
    page.wait_for_selector("body", state="attached")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=RUN)
    page.wait_for_function("() => window.jupyterapp && window.jupyterapp.shell.currentWidget", timeout=RUN)


def run_all(page) -> None:
    """Run every cell and wait until the kernel is idle with all of them done."""
    page.wait_for_function(
        "() => { const c = window.jupyterapp.shell.currentWidget.sessionContext;"
        " return c && c.session && c.session.kernel && c.session.kernel.status === 'idle'; }",
        timeout=RUN,
    )
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        "() => { const cells = window.jupyterapp.shell.currentWidget.content.model.cells;"
        " for (const cell of cells)"
        "  if (cell.type === 'code' && cell.sharedModel.source && cell.executionCount === null) return false;"
        " return true; }",
        timeout=RUN,
    )


def set_theme(page, theme: str) -> None:
    """Switch the theme: "JupyterLab Light" or "JupyterLab Dark"."""
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    light = "true" if theme.endswith("Light") else "false"
    page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached", timeout=20_000)
