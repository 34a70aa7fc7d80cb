"""Errors, name suggestions, and files that are written as a whole."""
import errno
import os
import stat
import threading

import pytest

from mxlearn import base
from mxlearn.base import DataError, MXNetError, atomic_write, class_property, nearest


@pytest.mark.parametrize(
    ("error", "kinds"),
    [
        (base.ShapeError, (ValueError,)), (base.DTypeError, (TypeError,)), (base.ContextError, (ValueError,)),
        (base.ArgumentError, (TypeError, ValueError)), (base.NotFoundError, (KeyError, ValueError)),
        (base.GradientError, (RuntimeError,)), (base.FormatError, (ValueError,)), (base.DataError, (OSError,)),
    ],
)  # fmt: skip
def test_every_error_is_an_mxnet_error_and_of_pythons_kind_too(error, kinds):
    raised = error("what happened")
    assert isinstance(raised, MXNetError) and isinstance(raised, RuntimeError)
    assert isinstance(raised, kinds)
    assert str(raised) == "what happened"


def test_the_nearest_name_is_suggested():
    assert nearest("num_hiden", ["num_hidden", "no_bias"]) == " Did you mean 'num_hidden'?"
    assert nearest("zzz", ["num_hidden"]) == ""
    assert nearest("x", []) == ""


def test_a_class_property_is_read_from_the_class():
    class Thing:
        @class_property
        def name(cls):
            """The name."""
            return cls.__name__.lower()

    assert Thing.name == Thing().name == "thing"


# -- atomic_write ------------------------------------------------------------------------------------------------------
def test_a_file_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "x.bin"
    with atomic_write(path) as file:
        file.write(b"abc")
        assert not path.exists()
    assert path.read_bytes() == b"abc"


def test_text_is_utf_8_with_unix_lines(tmp_path):
    path = tmp_path / "x.txt"
    with atomic_write(path, "w") as file:
        file.write("größe\n")
    assert path.read_bytes() == "größe\n".encode()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_in_the_block_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(error), atomic_write(path) as file:
        file.write(b"new")
        raise error
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["x"]


def test_an_error_of_the_disk_names_the_file(tmp_path, monkeypatch):
    path = tmp_path / "x"

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for call in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, full)
            message = "x: not written, and left as it was: .*No space left"
            with pytest.raises(DataError, match=message), atomic_write(path) as file:
                file.write(b"new")
        assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_or_not_writable(tmp_path):
    with pytest.raises(DataError, match="cannot write here"), atomic_write(tmp_path / "no" / "x"):
        raise AssertionError("the block must not run")


def test_permissions_are_kept_and_new_files_follow_the_umask(tmp_path):
    path = tmp_path / "x"
    old = os.umask(0o027)
    try:
        with atomic_write(path):
            pass
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o600)
    with atomic_write(path):
        pass
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_writers_do_not_mix(tmp_path):
    path = tmp_path / "x"
    barrier = threading.Barrier(2)

    def write(letter):
        for _ in range(20):
            with atomic_write(path) as file:
                barrier.wait()
                file.write(letter * 1000)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in (b"a" * 1000, b"b" * 1000)
    assert os.listdir(tmp_path) == ["x"]
