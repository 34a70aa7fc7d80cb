"""BLAS, oneDNN and threads."""

import os
import platform
import sys

import numpy as np
import pytest

from mxlearn import threads
from mxlearn.base import ArgumentError
from mxlearn.kernels import onednn

from .conftest import only


def test_blas_is_named():
    found = only("Processor", "BLAS")
    assert found.state == "ok" and np.__version__ in found.seen and found.facts["name"]


def test_numpy_without_blas(monkeypatch):
    monkeypatch.setattr(np, "show_config", lambda mode: {"Build Dependencies": {"blas": {"name": "none"}}})
    found = only("Processor", "BLAS")
    assert found.state == "warning" and "without BLAS" in found.seen and found.remedy


@pytest.fixture
def library(monkeypatch):
    def set_to(version, reason):
        monkeypatch.setattr(onednn, "state", lambda: onednn.State(version, reason))

    monkeypatch.delenv("MXLEARN_ONEDNN", raising=False)
    return set_to


def test_onednn_in_use(library):
    library("3.2.0", "")
    found = only("Processor", "oneDNN")
    assert (found.state, found.seen) == ("ok", "3.2.0 is in use")


def test_onednn_that_could_be_installed(library, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    library(None, "not installed: pip install onednn-cpu-gomp")
    found = only("Processor", "oneDNN")
    assert found.state == "warning" and "not installed" in found.seen and "[onednn]" in found.remedy


def test_onednn_where_it_does_not_exist(library, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    library(None, "for Linux on x86-64 alone")
    found = only("Processor", "oneDNN")
    assert found.state == "ok" and "x86-64 alone" in found.seen and not found.remedy


@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
def test_onednn_switched_off(library, monkeypatch):
    monkeypatch.setenv("MXLEARN_ONEDNN", "0")
    library(None, "switched off by MXLEARN_ONEDNN=0")
    found = only("Processor", "oneDNN")
    assert found.state == "warning" and found.remedy == "unset MXLEARN_ONEDNN"


def test_threads_are_counted(monkeypatch):
    monkeypatch.setattr(threads, "num_threads", lambda: 1)
    found = only("Processor", "threads")
    assert found.state == "ok" and found.seen.startswith("1 thread on ")
    assert found.facts["threads"] == 1


@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
def test_more_threads_than_processors(monkeypatch):
    monkeypatch.setattr(threads, "num_threads", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    found = only("Processor", "threads")
    assert found.state == "warning" and found.seen.startswith("64 threads on 4 processors (")
    assert "OMP_NUM_THREADS=64" in found.seen and "wait for one another" in found.seen
    assert found.remedy == "export MXLEARN_NUM_THREADS=4"


@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
def test_a_number_of_threads_that_is_none(monkeypatch):
    def refuse():
        raise ArgumentError("MXLEARN_NUM_THREADS must be an integer of at least 1. Received: 'many'\n  Unset it.")

    monkeypatch.setattr(threads, "num_threads", refuse)
    found = only("Processor", "threads")
    assert found.state == "problem" and "Received: 'many'" in found.seen
    assert found.remedy == "unset MXLEARN_NUM_THREADS"
