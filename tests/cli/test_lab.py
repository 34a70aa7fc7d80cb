"""``mxlearn lab``: a real server on a port of this machine, and what is said when it cannot start."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from mxlearn.cli import lab, main
from mxlearn.course import MANIFEST, lessons


@pytest.fixture
def no_server(monkeypatch):
    """Keep JupyterLab from starting; the list holds the commands that would have run."""
    started = []

    class Server:
        def __init__(self, command, **options):
            started.append((command, options))

        def poll(self):
            return 0

        def wait(self):
            return 0

    monkeypatch.setattr(lab.subprocess, "Popen", Server)
    return started


def test_copy_only_delivers_the_course(tmp_path, capsys):
    assert main(["lab", "--dir", str(tmp_path / "mine"), "--copy-only"]) == 0
    assert capsys.readouterr().out.startswith(f"Course folder: {tmp_path / 'mine'}\n")
    assert sorted(lessons(tmp_path / "mine")) == sorted(lessons())


def test_a_second_start_keeps_an_edit(tmp_path, capsys):
    mine = tmp_path / "mine"
    main(["lab", "--dir", str(mine), "--copy-only"])
    lesson = lessons()[0]
    (mine / lesson).write_text("my answer")
    assert main(["lab", "--dir", str(mine), "--copy-only"]) == 0
    assert (mine / lesson).read_text() == "my answer"
    assert f"kept as you left them: {lesson}" in capsys.readouterr().out


def test_fresh_restores_and_keeps_a_backup(tmp_path, capsys):
    mine = tmp_path / "mine"
    main(["lab", "--dir", str(mine), "--copy-only"])
    lesson = next(name for name in lessons() if name.endswith(".ipynb"))
    (mine / lesson).write_text("my answer")
    assert main(["lab", "--dir", str(mine), "--copy-only", "--fresh", lesson]) == 0
    backup = mine / lesson.replace(".ipynb", ".backup-1.ipynb")
    assert backup.read_text() == "my answer"
    assert json.loads((mine / lesson).read_text(encoding="utf-8"))["cells"]


def test_fresh_of_no_chapter(tmp_path, capsys):
    assert main(["lab", "--dir", str(tmp_path), "--copy-only", "--fresh", "99"]) == 1
    assert "chapter '99': no lesson starts like that" in capsys.readouterr().err


def test_without_jupyterlab_the_error_says_how_to_install_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    assert main(["lab", "--dir", str(tmp_path / "mine")]) == 1
    assert 'pip install "mxlearn[lab]"' in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_a_port_in_use_is_an_error(tmp_path, capsys, no_server):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["lab", "--dir", str(tmp_path), "--port", str(port)]) == 1
    assert f"port {port} of 127.0.0.1 is in use" in capsys.readouterr().err
    assert no_server == []


def test_without_a_port_a_free_one_is_taken(tmp_path, no_server, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(lab, "FIRST_PORT", taken.getsockname()[1])
        assert main(["lab", "--dir", str(tmp_path), "--no-browser"]) == 0
    command = no_server[0][0]
    port = int(next(re.match(r"--ServerApp.port=(\d+)", word)[1] for word in command if ".port=" in word))
    assert port > lab.FIRST_PORT


def test_the_token_is_not_on_the_command_line(tmp_path, no_server, monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "a-secret")
    assert main(["lab", "--dir", str(tmp_path), "--no-browser"]) == 0
    command, options = no_server[0]
    assert options["env"]["JUPYTER_TOKEN"] == "a-secret"
    assert not any("a-secret" in word for word in command)


@pytest.mark.parametrize("environment, expected", [({}, False), ({"DISPLAY": ":0"}, True)])
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a display is how Linux tells")
def test_a_browser_needs_a_display(monkeypatch, environment, expected):
    monkeypatch.setattr("webbrowser.get", lambda: object())
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert lab._has_browser() is expected


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
def test_jupyterlab_opens_on_the_course_and_stops(tmp_path):
    """The real thing: the address that is printed leads to the lessons, and without the token nowhere."""
    command = [sys.executable, "-m", "mxlearn.cli", "lab", "--dir", str(tmp_path / "mine"), "--no-browser"]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "PYTHONUNBUFFERED": "1"}
    environment.pop("JUPYTER_TOKEN", None)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        address = next((line.strip() for line in process.stdout if line.strip().startswith("http://127.0.0.1:")), None)
        assert address is not None, "no address was printed"
        page = read(address)
        assert "jupyter-config-data" in page and "JupyterLab" in page
        root, token = address.split("/lab?token=")
        listing = json.loads(read(f"{root}/api/contents?token={token}"))
        assert {entry["name"] for entry in listing["content"]} >= {name.split("/")[0] for name in lessons()}
        with pytest.raises(urllib.error.HTTPError) as refused:
            read(f"{root}/api/contents")
        refused.value.close()
        assert refused.value.code == 403
    finally:
        process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=60)[0]
    assert process.returncode == 0, rest
    assert (tmp_path / "mine" / MANIFEST).is_file()


def read(address):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=30) as answer:
        return answer.read().decode()
