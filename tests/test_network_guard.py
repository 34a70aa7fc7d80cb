"""The guard of tests/conftest.py itself: a test cannot leave this machine."""
import socket
import urllib.request

import pytest


def test_connecting_to_another_machine_fails():
    with socket.socket() as sock, pytest.raises(AssertionError, match="only the loopback interface"):
        sock.connect(("192.0.2.1", 80))


def test_looking_up_another_machine_fails():
    with pytest.raises(AssertionError, match="tried to resolve 'example.org'"):
        socket.getaddrinfo("example.org", 443)


def test_urllib_cannot_swallow_the_guard(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AssertionError, match="example.org"):
        urllib.request.urlopen("http://example.org/", timeout=1)


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        pass
