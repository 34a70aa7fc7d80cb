"""gluon.utils: splitting, clipping, downloads, hooks."""
import collections
import functools
import hashlib
import http.server
import threading

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, ShapeError
from mxlearn.gluon import utils

CONTENT = bytes(range(256)) * 2000
SHA1 = hashlib.sha1(CONTENT).hexdigest()


# -- splitting ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("slices", "lengths"), [(1, [10]), (2, [5, 5]), (3, [4, 3, 3]), (4, [3, 3, 2, 2]), (12, [1] * 10 + [0] * 2)]
)
def test_split_data_unevenly(slices, lengths):  # from the real MXNet 1.9.1
    parts = utils.split_data(mx.nd.arange(20).reshape((10, 2)), slices, even_split=False)
    assert [part.shape for part in parts] == [(n, 2) for n in lengths]
    assert np.concatenate([part.asnumpy().ravel() for part in parts]).tolist() == list(range(20))


def test_split_data_along_another_axis():
    left, right = utils.split_data(mx.nd.array([[1, 2], [3, 4]]), 2, batch_axis=1)
    assert (left.asnumpy().tolist(), right.asnumpy().tolist()) == ([[1], [3]], [[2], [4]])


def test_split_data_that_does_not_divide():
    with pytest.raises(ShapeError, match=r"\(10, 2\) cannot be split evenly into 3.*\n.*even_split=False"):
        utils.split_data(mx.nd.ones((10, 2)), 3)


def test_split_and_load_puts_each_slice_on_its_context():
    contexts = [mx.cpu(0), mx.cpu(1)]
    parts = utils.split_and_load(np.arange(4.0), contexts)
    assert [part.context for part in parts] == contexts
    assert [part.asnumpy().tolist() for part in parts] == [[0, 1], [2, 3]]
    whole = mx.nd.ones((3,))
    assert utils.split_and_load(whole, [mx.cpu(0)])[0] is whole
    with pytest.raises(ArgumentError, match="must be a list"):
        utils.split_and_load(whole, mx.cpu(0))


# -- clipping ----------------------------------------------------------------------------------------------------------
def test_clip_global_norm_scales_all_arrays_by_one_factor():
    arrays = [mx.nd.array([3, 4]), mx.nd.array([[0, 12]])]               # norm 13
    assert utils.clip_global_norm(arrays, 1.0) == pytest.approx(13)
    assert np.allclose(arrays[0].asnumpy(), [3 / 13, 4 / 13])
    assert np.allclose(arrays[1].asnumpy(), [[0, 12 / 13]])


def test_clip_global_norm_leaves_small_gradients_alone():
    arrays = [mx.nd.array([3, 4])]
    norm = utils.clip_global_norm(arrays, 100, check_isfinite=False)
    assert (norm.shape, norm.asscalar()) == ((1,), 5)
    assert arrays[0].asnumpy().tolist() == [3, 4]


def test_clip_global_norm_over_contexts_and_dtypes():
    arrays = [mx.nd.array([3], ctx=mx.cpu(1)), mx.nd.array([4], dtype="float64")]
    utils.clip_global_norm(arrays, 1.0)
    assert arrays[0].asscalar() == pytest.approx(0.6)
    assert (arrays[1].dtype, arrays[1].asscalar()) == (np.float64, pytest.approx(0.8))


def test_clip_global_norm_warns_of_nan():
    with pytest.warns(UserWarning, match="nan or infinite"):
        assert np.isnan(utils.clip_global_norm([mx.nd.array([np.nan])], 1.0))
    with pytest.raises(ArgumentError, match="at least one array"):
        utils.clip_global_norm([], 1.0)


# -- small things ------------------------------------------------------------------------------------------------------
def test_shape_is_known():
    assert utils.shape_is_known((1, 2))
    assert not any(utils.shape_is_known(shape) for shape in (None, (), (0, 2), (-1, 2)))


def test_check_sha1(tmp_path):
    path = tmp_path / "hello"
    path.write_text("hello")
    assert utils.check_sha1(path, "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d")   # sha1sum of "hello"
    assert utils.check_sha1(path, "AAF4C61DDCC5E8A2DABEDE0F3B482CD9AEA9434D")
    assert not utils.check_sha1(path, "0" * 40)


def test_hook_handle():
    hooks, handle = collections.OrderedDict(), utils.HookHandle()
    handle.attach(hooks, print)
    assert list(hooks.values()) == [print]
    with pytest.raises(ArgumentError, match="holds a hook already"):
        handle.attach(hooks, len)
    handle.detach()
    handle.detach()
    assert not hooks
    with utils.HookHandle() as handle:
        handle.attach(hooks, print)
    assert not hooks


# -- downloads ---------------------------------------------------------------------------------------------------------
class Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT as /data.bin; ``plan`` says how each request in turn is answered."""

    def do_GET(self):  # noqa: N802
        self.server.ranges.append(self.headers.get("Range"))
        plan = self.server.plan.pop(0) if self.server.plan else "whole"
        if self.path.partition("?")[0] != "/data.bin":
            return self.send_error(404)
        if plan == "busy":
            return self.send_error(503)
        start = 0
        if plan != "no ranges" and self.headers.get("Range"):
            start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        body = b"x" * (len(CONTENT) - start) if plan == "wrong" else CONTENT[start:]
        self.wfile.write(body[: len(body) // 2] if plan == "cut" else body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(utils, "_PAUSE", 0.0)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.plan, running.ranges = [], []
        running.url = f"http://127.0.0.1:{running.server_port}/data.bin"
        thread = threading.Thread(target=functools.partial(running.serve_forever, poll_interval=0.01))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_download_into_a_file_and_into_a_folder(server, tmp_path):
    assert utils.download(server.url, str(tmp_path / "own.bin")) == str(tmp_path / "own.bin")
    assert utils.download(server.url + "?x=1", str(tmp_path)) == str(tmp_path / "data.bin")
    assert (tmp_path / "own.bin").read_bytes() == (tmp_path / "data.bin").read_bytes() == CONTENT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.bin", "own.bin"]


def test_download_keeps_a_file_that_is_right_and_replaces_a_wrong_one(server, tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"old")
    utils.download(server.url, str(path))
    assert path.read_bytes() == b"old"                       # without a checksum, what is there is taken for right
    utils.download(server.url, str(path), sha1_hash=SHA1)
    assert path.read_bytes() == CONTENT
    utils.download(server.url, str(path), sha1_hash=SHA1)
    assert len(server.ranges) == 1
    utils.download(server.url, str(path), overwrite=True)
    assert len(server.ranges) == 2


def test_download_goes_on_where_a_transfer_broke_off(server, tmp_path):
    server.plan = ["cut", "busy", "whole"]
    utils.download(server.url, str(tmp_path / "data.bin"), sha1_hash=SHA1)
    assert server.ranges == [None, f"bytes={len(CONTENT) // 2}-", f"bytes={len(CONTENT) // 2}-"]
    assert (tmp_path / "data.bin").read_bytes() == CONTENT


def test_download_goes_on_in_the_next_call_where_the_checksum_guards_it(server, tmp_path):
    server.plan = ["cut"]
    with pytest.raises(DataError, match="connection closed after 256,000 of 512,000 bytes"):
        utils.download(server.url, str(tmp_path / "data.bin"), sha1_hash=SHA1, retries=0)
    assert not (tmp_path / "data.bin").exists()
    utils.download(server.url, str(tmp_path / "data.bin"), sha1_hash=SHA1, retries=0)
    assert server.ranges[-1] == "bytes=256000-"
    assert (tmp_path / "data.bin").read_bytes() == CONTENT


def test_download_from_a_server_without_ranges_begins_anew(server, tmp_path):
    server.plan = ["cut", "no ranges"]
    utils.download(server.url, str(tmp_path / "data.bin"), sha1_hash=SHA1)
    assert (tmp_path / "data.bin").read_bytes() == CONTENT


def test_download_begins_anew_after_a_part_of_another_file(server, tmp_path):
    (tmp_path / "data.bin.part").write_bytes(b"of another file")
    utils.download(server.url, str(tmp_path / "data.bin"), sha1_hash=SHA1)
    assert server.ranges == ["bytes=15-", None]
    assert (tmp_path / "data.bin").read_bytes() == CONTENT


def test_download_of_wrong_content_leaves_nothing(server, tmp_path):
    server.plan = ["wrong"]
    with pytest.raises(DataError, match=r"SHA-1 differs(.|\n)*copy it to"):
        utils.download(server.url, str(tmp_path / "data.bin"), sha1_hash=SHA1, retries=0)
    assert list(tmp_path.iterdir()) == []


def test_download_gives_up(server, tmp_path):
    server.plan = ["busy"] * 3
    with pytest.raises(DataError, match="HTTP status 503"):
        utils.download(server.url, str(tmp_path / "data.bin"), retries=2)
    assert len(server.ranges) == 3
    with pytest.raises(DataError, match="HTTP status 404"):
        utils.download(server.url.replace("data", "other"), str(tmp_path), retries=5)
    assert len(server.ranges) == 4                           # asking again would not help
    with pytest.raises(DataError, match="no answer"):
        utils.download("http://127.0.0.1:9/data.bin", str(tmp_path), retries=0)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"url": "http://127.0.0.1:9/", "path": None}, "has no file name"),
        ({"url": "file:///etc/passwd"}, "begins with http"),
        ({"url": "http://127.0.0.1:9/x", "retries": -1}, "retries must be 0 or more"),
    ],
)
def test_download_wrong_arguments(arguments, text):
    with pytest.raises(ArgumentError, match=text):
        utils.download(**arguments)


def test_download_into_a_folder_that_is_a_file(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be stored"):
        utils.download(server.url, str(tmp_path / "file" / "data.bin"))
