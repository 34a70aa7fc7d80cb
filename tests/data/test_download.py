"""Downloads from a server on this machine: verified, resumed, from mirrors in order, nothing half-placed."""
import errno
import gzip
import hashlib
import http.server
import io
import random
import threading

import pytest

from mxlearn.base import DataError
from mxlearn.data import download
from mxlearn.data.catalog import Dataset, File
from mxlearn.data.download import ProgressBar, fetch, verify

CONTENT = random.Random(0).randbytes(200_000)  # several chunks, and incompressible
PACKED = gzip.compress(CONTENT, mtime=0, compresslevel=1)
REPACKED = gzip.compress(CONTENT, mtime=1, compresslevel=9)
NAME = "images.gz"


def sha256(content):
    return hashlib.sha256(content).hexdigest()


FILE = File(NAME, sha256(CONTENT), sha256(PACKED), len(PACKED))


class Server:
    """A web server on the loopback interface; ``cut``: after how many bytes the coming answers break off."""

    def __init__(self):
        self.files = {}
        self.requests = []  # (path, Range header or None)
        self.cut = []
        self.ranges = True
        self.status = None
        self.send_length = True
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *arguments):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}/data"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def answer(self, handler):
        asked = handler.headers.get("Range")
        self.requests.append((handler.path, asked))
        content = self.files.get(handler.path.removeprefix("/data/"))
        if self.status or content is None:
            handler.send_error(self.status or 404)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and self.ranges else 0
        if asked and self.ranges and start >= len(content):
            handler.send_error(416)
            return
        handler.send_response(206 if asked and self.ranges else 200)
        if asked and self.ranges:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if self.send_length:
            handler.send_header("Content-Length", str(len(content) - start))
        handler.end_headers()
        end = self.cut.pop(0) if self.cut else len(content)
        handler.wfile.write(content[start : start + end])

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(download, "PAUSE", 0.0)
    server = Server()
    server.files[NAME] = PACKED
    yield server
    server.close()


@pytest.fixture
def second(server):
    second = Server()
    second.files[NAME] = PACKED
    yield second
    second.close()


def dataset(*mirrors, files=(FILE,)):
    return Dataset("sample", "a sample", files, tuple(mirrors))


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_fetched_and_verified(server):
    sample = dataset(server.address)
    folder = fetch(sample)
    assert (folder / NAME).read_bytes() == PACKED and names_in(folder) == [NAME]
    assert verify(sample) == []


def test_what_is_there_is_not_fetched_again(server):
    fetch(dataset(server.address))
    fetch(dataset(server.address))
    assert len(server.requests) == 1


def test_force_fetches_again(server):
    fetch(dataset(server.address))
    fetch(dataset(server.address), force=True)
    assert len(server.requests) == 2


def test_a_damaged_file_is_fetched_again(server):
    sample = dataset(server.address)
    sample.folder.mkdir(parents=True)
    (sample.folder / NAME).write_bytes(PACKED[:-1])
    assert verify(sample) == [f"{sample.folder / NAME}: its SHA-256 is not the recorded one"]
    fetch(sample)
    assert verify(sample) == []


def test_a_recompressed_file_with_the_same_content_is_accepted(server):
    assert REPACKED != PACKED
    server.files[NAME] = REPACKED
    sample = dataset(server.address)
    assert (fetch(sample) / NAME).read_bytes() == REPACKED
    assert verify(sample) == []


def test_a_broken_transfer_goes_on_where_it_broke_off(server):
    server.cut = [70_000, 500]
    folder = fetch(dataset(server.address))
    assert (folder / NAME).read_bytes() == PACKED
    assert [asked for _, asked in server.requests] == [None, "bytes=70000-", "bytes=70500-"]


def test_a_later_call_goes_on_where_an_earlier_one_broke_off(server):
    server.cut = [100, 0, 0]
    sample = dataset(server.address)
    with pytest.raises(DataError, match=f"the connection closed after 100 of {len(PACKED):,} bytes"):
        fetch(sample)
    assert names_in(sample.folder) == [NAME + ".part"]
    fetch(sample)
    assert server.requests[-1] == ("/data/" + NAME, "bytes=100-")
    assert names_in(sample.folder) == [NAME] and verify(sample) == []


def test_a_server_without_ranges_sends_all_again(server):
    server.ranges = False
    server.cut = [100]
    assert (fetch(dataset(server.address)) / NAME).read_bytes() == PACKED


def test_a_rest_of_another_file_is_thrown_away(server):
    sample = dataset(server.address)
    sample.folder.mkdir(parents=True)
    (sample.folder / (NAME + ".part")).write_bytes(b"something else")
    assert (fetch(sample) / NAME).read_bytes() == PACKED
    assert [asked for _, asked in server.requests] == ["bytes=14-", None]


def test_a_whole_part_is_only_verified(server):
    sample = dataset(server.address)
    sample.folder.mkdir(parents=True)
    (sample.folder / (NAME + ".part")).write_bytes(PACKED)
    assert (fetch(sample) / NAME).read_bytes() == PACKED
    assert len(server.requests) == 1  # answered with 416: nothing beyond


def test_without_a_length_the_checksum_still_decides(server):
    server.send_length = False
    seen = []
    fetch(dataset(server.address), progress=lambda name, done, total: seen.append((done, total)))
    assert seen[-1] == (len(PACKED), len(PACKED)) and seen[0][1] is None


def test_wrong_content_is_never_placed(server):
    server.files[NAME] = gzip.compress(CONTENT + b"!")
    sample = dataset(server.address)
    with pytest.raises(DataError, match="its SHA-256 differs"):
        fetch(sample)
    assert names_in(sample.folder) == []
    assert len(server.requests) == 1  # asking again would bring the same


def test_a_page_that_is_no_gzip_file_is_never_placed(server):
    server.files[NAME] = b"<html>Sign in to the school network</html>"
    sample = dataset(server.address)
    with pytest.raises(DataError, match="its SHA-256 differs"):
        fetch(sample)
    assert names_in(sample.folder) == []


def test_an_endless_file_is_stopped(server):
    server.files[NAME] = bytes(len(PACKED) * 5)
    sample = dataset(server.address)
    with pytest.raises(DataError, match="sent more than"):
        fetch(sample)
    assert names_in(sample.folder) == []


def test_mirrors_are_asked_in_order(server, second):
    server.files.clear()
    folder = fetch(dataset(server.address, second.address))
    assert (folder / NAME).read_bytes() == PACKED
    assert len(server.requests) == 1 and len(second.requests) == 1


def test_the_second_mirror_goes_on_where_the_first_broke_off(server, second):
    server.cut = [50, 0, 0]
    fetch(dataset(server.address, second.address))
    assert second.requests == [("/data/" + NAME, "bytes=50-")]


def test_the_error_names_every_mirror_and_what_to_do(server, second):
    server.status, second.status = 403, 503
    with pytest.raises(DataError) as caught:
        fetch(dataset(server.address, second.address))
    text = str(caught.value)
    assert f"{server.address}: HTTP status 403" in text and f"{second.address}: HTTP status 503" in text
    assert "MXLEARN_DATA_MIRROR" in text
    assert len(server.requests) == 1 and len(second.requests) == download.TRIES  # a busy server is asked again


def test_no_network_is_a_clear_error(server):
    address = server.address.replace(str(server.http.server_address[1]), "1")  # nothing listens there
    with pytest.raises(DataError, match="no answer: .*refused"):
        fetch(dataset(address))


def test_the_environment_replaces_the_mirrors(server, second, monkeypatch):
    monkeypatch.setenv("MXLEARN_DATA_MIRROR", second.address + "/")
    fetch(dataset(server.address))
    assert server.requests == [] and second.requests == [("/data/" + NAME, None)]


def test_a_folder_as_mirror(tmp_path, monkeypatch):
    (tmp_path / NAME).write_bytes(REPACKED)
    monkeypatch.setenv("MXLEARN_DATA_MIRROR", str(tmp_path))
    assert (fetch(dataset("http://127.0.0.1:1/")) / NAME).read_bytes() == REPACKED


def test_a_folder_that_lacks_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("MXLEARN_DATA_MIRROR", str(tmp_path / "none"))
    with pytest.raises(DataError, match="none: No such file"):
        fetch(dataset("http://127.0.0.1:1/"))


def test_an_address_of_another_kind_is_refused(monkeypatch):
    monkeypatch.setenv("MXLEARN_DATA_MIRROR", "ftp://school/mnist")
    with pytest.raises(DataError, match="ftp is not understood"):
        fetch(dataset("http://127.0.0.1:1/"))


def test_an_embedded_set_needs_no_download():
    sample = dataset()
    assert fetch(sample) == sample.folder


class FullDisk(io.FileIO):
    """A file on a disk that has room for 1,000 bytes."""

    def write(self, data):
        if self.tell() + len(data) > 1000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


def test_a_full_disk_leaves_nothing_half_written(server, monkeypatch):
    monkeypatch.setattr(download.Path, "open", lambda path, mode, **_: FullDisk(path, mode.replace("b", "")))
    sample = dataset(server.address)
    monkeypatch.setattr(download, "is_good", lambda path, file: False)
    with pytest.raises(DataError, match="No space left on device.\n  The disk is full .* set MXLEARN_HOME"):
        fetch(sample)
    assert names_in(sample.folder) == []


def test_a_data_folder_that_cannot_be_made(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("MXLEARN_HOME", str(tmp_path / "file"))
    with pytest.raises(DataError, match="cannot be stored: .*\n  Is the folder writable"):
        fetch(dataset(server.address))


def test_an_interrupt_keeps_what_was_received(server):
    def interrupt(name, done, total):
        raise KeyboardInterrupt

    sample = dataset(server.address)
    with pytest.raises(KeyboardInterrupt):
        fetch(sample, progress=interrupt)
    assert names_in(sample.folder) == [NAME + ".part"]
    fetch(sample)
    assert server.requests[-1][1] is not None and verify(sample) == []


def test_progress_counts_bytes_up_to_the_size(server):
    seen = []
    fetch(dataset(server.address), progress=lambda *call: seen.append(call))
    assert seen[-1] == (NAME, len(PACKED), len(PACKED))
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_moves_on_a_terminal():
    terminal = Terminal()
    bar = ProgressBar(terminal)
    bar("a", 500_000, 1_000_000)
    bar("a", 1_000_000, 1_000_000)
    half, full = terminal.getvalue().split("\r")[1:]
    assert half == f"{'a':28s} [{'#' * 15}{'.' * 15}] 0.5 of 1.0 MB"
    assert full == f"{'a':28s} [{'#' * 30}] 1.0 of 1.0 MB\n"


def test_a_log_file_gets_one_line_a_file():
    log = io.StringIO()
    bar = ProgressBar(log)
    for done in (1, 2, 3_000_000):
        bar("a", done, 3_000_000)
    assert log.getvalue() == "a  3.0 MB\n"
