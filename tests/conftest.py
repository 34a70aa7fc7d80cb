"""What holds for every test: fixed seeds, fresh names, a data folder of its own, no network beyond this machine."""
import importlib
import ipaddress
import random
import signal
import socket
import sys

import numpy as np
import pytest

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


class NetworkUsed(AssertionError):
    """A test tried to leave this machine. Not an OSError, so that no clean-up code swallows it."""


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost", "localhost.localdomain", socket.gethostname()):
        return True
    try:
        address = ipaddress.ip_address(str(host).split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _check(sock: socket.socket, address) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
        raise NetworkUsed(f"a test tried to connect to {address}: only the loopback interface is allowed")


def _guarded_connect(sock, address):
    _check(sock, address)
    return _connect(sock, address)


def _guarded_connect_ex(sock, address):
    _check(sock, address)
    return _connect_ex(sock, address)


def _guarded_getaddrinfo(host, *args, **kwargs):
    if not _is_local(host):
        raise NetworkUsed(f"a test tried to resolve {host!r}: only the loopback interface is allowed")
    return _getaddrinfo(host, *args, **kwargs)


def pytest_configure(config):
    """Close the network before the first import of a test module; let Ctrl-C through where a shell has shut it off."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as for a job in the background; children inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    socket.socket.connect = _guarded_connect
    socket.socket.connect_ex = _guarded_connect_ex
    socket.getaddrinfo = _guarded_getaddrinfo


def pytest_unconfigure(config):
    socket.socket.connect = _connect
    socket.socket.connect_ex = _connect_ex
    socket.getaddrinfo = _getaddrinfo


@pytest.fixture(autouse=True)
def fixed_seeds():
    """Start each test from the same random state, in every generator that it may use."""
    random.seed(0)
    np.random.seed(0)
    if "mxlearn.streams" in sys.modules:  # a test of a lower floor does not load it
        importlib.import_module("mxlearn.random").seed(0)


@pytest.fixture(autouse=True)
def fresh_names():
    """Count automatic names (dense0, dense1, ...) from zero in each test: its place in the run tells it nothing."""
    if "mxlearn.name" not in sys.modules:  # a test of a lower floor does not load it
        yield
        return
    with importlib.import_module("mxlearn.name").NameManager():
        yield


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """Point the data folder into the test's own temporary folder, and forget mirrors of this machine."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("MXLEARN_HOME", str(home))
    monkeypatch.delenv("MXLEARN_DATA_MIRROR", raising=False)
    return home
