"""The DataLoader: batches, the fast path, and what may go wrong, in this process, on threads and in workers."""
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DTypeError, ShapeError
from mxlearn.gluon.data import (
    ArrayDataset,
    BatchSampler,
    DataLoader,
    Dataset,
    SequentialSampler,
    SimpleDataset,
    dataloader,
)
from mxlearn.gluon.data.dataloader import default_batchify_fn
from mxlearn.gluon.data.vision import transforms
from mxlearn.gluon.data.workers import WorkerError, WorkerTimeoutError, WorkerTraceback

WAYS = [{"num_workers": 0}, {"num_workers": 2}, {"num_workers": 2, "thread_pool": True}]
WAY_NAMES = ["here", "processes", "threads"]


class Slowly(Dataset):
    """Examples one by one, so that workers are used: (row, number)."""

    def __init__(self, count=7, width=3):
        self.rows = np.arange(count * width, dtype=np.float32).reshape(count, width)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.rows[i], i


class Failing(Slowly):
    def __getitem__(self, i):
        if i == 3:
            raise KeyError("no picture")
        return super().__getitem__(i)


def labels(loader):
    return [label.asnumpy().tolist() for _, label in loader]


# -- what comes out ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("way", WAYS, ids=WAY_NAMES)
def test_batches_in_order(way):
    loader = DataLoader(Slowly(), batch_size=3, **way)
    assert len(loader) == 3
    for _ in range(2):
        batches = list(loader)
        assert [label.asnumpy().tolist() for _, label in batches] == [[0, 1, 2], [3, 4, 5], [6]]
        assert np.array_equal(np.concatenate([data.asnumpy() for data, _ in batches]), Slowly().rows)


@pytest.mark.parametrize("way", WAYS, ids=WAY_NAMES)
@pytest.mark.parametrize(
    ("last_batch", "expected"), [("discard", [[0, 1, 2], [3, 4, 5]]), ("keep", [[0, 1, 2], [3, 4, 5], [6]])]
)
def test_last_batch(way, last_batch, expected):
    assert labels(DataLoader(Slowly(), batch_size=3, last_batch=last_batch, **way)) == expected


@pytest.mark.parametrize("way", WAYS, ids=WAY_NAMES)
def test_dtypes_are_kept(way):
    fields = [np.dtype(name) for name in ("float16", "float32", "float64", "uint8", "int8", "int32", "int64", "bool")]
    dataset = SimpleDataset([tuple(np.zeros(2, kind) for kind in fields)] * 2)
    (batch,) = DataLoader(dataset, batch_size=2, **way)
    assert [np.dtype(array.dtype) for array in batch] == fields
    assert all(array.shape == (2, 2) for array in batch)


@pytest.mark.parametrize("way", WAYS, ids=WAY_NAMES)
def test_nested_examples_and_python_numbers(way):
    dataset = SimpleDataset([(1, 2.5, ("a", mx.nd.ones((2,)))), (3, 4.5, ("b", mx.nd.zeros((2,))))])
    ((whole, real, (text, array)),) = DataLoader(dataset, batch_size=2, **way)
    assert (whole.dtype, whole.asnumpy().tolist()) == (np.int64, [1, 3])
    assert (real.dtype, real.asnumpy().tolist()) == (np.float64, [2.5, 4.5])
    assert text == ["a", "b"]
    assert array.asnumpy().tolist() == [[1, 1], [0, 0]]


@pytest.mark.parametrize("way", WAYS, ids=WAY_NAMES)
def test_own_batchify_fn(way):
    loader = DataLoader(Slowly(), batch_size=3, batchify_fn=lambda samples: (len(samples), np.ones(2)), **way)
    sizes, arrays = zip(*loader, strict=True)
    assert sizes == (3, 3, 1)
    assert all(type(array) is np.ndarray for array in arrays)


@pytest.mark.parametrize("way", WAYS, ids=WAY_NAMES)
def test_batches_may_be_written(way):
    for data, _ in DataLoader(Slowly(), batch_size=3, **way):
        data[:] = 0
        assert data.asnumpy().sum() == 0


def test_large_batches_travel_through_shared_memory_whole():
    dataset = Slowly(count=6, width=100_000)                  # 1.2 MB a batch
    batches = list(DataLoader(dataset, batch_size=3, num_workers=2))
    assert np.array_equal(np.concatenate([data.asnumpy() for data, _ in batches]), dataset.rows)


def test_shuffle_draws_from_numpy():
    np.random.seed(5)
    first = labels(DataLoader(ArrayDataset(np.arange(9), np.arange(9)), batch_size=4, shuffle=True))
    np.random.seed(5)
    order = np.arange(9)
    np.random.shuffle(order)
    assert sum(first, []) == order.tolist()


def test_batch_sampler_says_it_all():
    sampler = BatchSampler(SequentialSampler(4, start=2), 3)
    assert labels(DataLoader(Slowly(), batch_sampler=sampler)) == [[2, 3, 4], [5]]


def test_pinned_batches():
    (data, _), *_ = DataLoader(Slowly(), batch_size=3, pin_memory=True)
    assert data.context == mx.cpu_pinned(0)


def test_batches_go_to_the_current_context():
    with mx.cpu(1):
        (data, _), *_ = DataLoader(ArrayDataset(np.ones((2, 2)), np.ones(2)), batch_size=2)
    assert data.context == mx.cpu(1)


def test_empty_dataset():
    assert list(DataLoader(ArrayDataset(np.zeros((0, 2))), batch_size=3)) == []


# -- the fast path -----------------------------------------------------------------------------------------------------
class OneByOne(Dataset):
    """Hides a dataset's fast path."""

    def __init__(self, dataset):
        self.dataset = dataset

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, i):
        return self.dataset[i]


IMAGES = np.random.RandomState(0).randint(0, 256, (7, 4, 5, 3)).astype(np.uint8)
COMPOSED = [
    lambda: ArrayDataset(IMAGES),
    lambda: ArrayDataset(IMAGES, np.arange(7)),
    lambda: ArrayDataset(mx.nd.array(IMAGES, dtype="uint8"), mx.nd.arange(7)),
    lambda: ArrayDataset(IMAGES, np.arange(7)).shard(2, 1),
    lambda: ArrayDataset(IMAGES, np.arange(7)).filter(lambda example: example[1] % 2),
    lambda: ArrayDataset(mx.nd.array(IMAGES, dtype="uint8"), np.arange(7)).transform_first(transforms.ToTensor()),
    lambda: ArrayDataset(mx.nd.array(IMAGES, dtype="uint8"), np.arange(7)).transform_first(
        transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1, 0.2, 0.3), 0.5), transforms.Cast("int8")])
    ),
]


@pytest.mark.parametrize("make", COMPOSED)
def test_fast_path_gives_what_the_slow_one_gives(make):
    dataset = make()
    assert dataset._take_rows(np.array([0])) is not None
    fast, slow = DataLoader(dataset, batch_size=3), DataLoader(OneByOne(dataset), batch_size=3)
    for one, other in zip(fast, slow, strict=True):
        one, other = (batch if isinstance(batch, list) else [batch] for batch in (one, other))
        for a, b in zip(one, other, strict=True):
            assert a.dtype == b.dtype
            assert np.array_equal(a.asnumpy(), b.asnumpy())


@pytest.mark.parametrize(
    "transform",
    [lambda x: x + 1, transforms.RandomFlipLeftRight(), transforms.Compose([transforms.RandomBrightness(0.5)])],
)
def test_what_may_differ_from_image_to_image_is_not_applied_to_a_batch(transform):
    assert ArrayDataset(IMAGES).transform_first(transform)._take_rows(np.array([0])) is None


def test_a_class_derived_from_a_known_one_is_not_trusted():
    class Own(transforms.ToTensor):
        def hybrid_forward(self, F, x):  # noqa: N803
            return F.zeros_like(super().hybrid_forward(F, x))

    class OwnArrays(ArrayDataset):
        def __getitem__(self, i):
            return -super().__getitem__(i)

    (batch,) = DataLoader(ArrayDataset(mx.nd.array(IMAGES)).transform_first(Own()), batch_size=7)
    assert batch.asnumpy().sum() == 0
    (batch,) = DataLoader(OwnArrays(np.arange(3)), batch_size=3)
    assert batch.asnumpy().tolist() == [0, -1, -2]


def test_batches_do_not_share_memory_with_the_dataset():
    source = np.arange(6.0).reshape(3, 2)
    (batch,) = DataLoader(ArrayDataset(source), batch_size=3)
    batch[:] = 0
    assert source[2, 1] == 5


@pytest.mark.parametrize("last_batch", ["keep", "discard", "rollover"])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("together", [1, 64, 1 << 18])
def test_small_batches_that_are_read_together_are_those_that_are_read_alone(together, shuffle, last_batch, monkeypatch):
    monkeypatch.setattr(dataloader, "TOGETHER", together)
    rows = np.arange(46, dtype=np.float32).reshape(23, 2)
    passes = []
    for dataset in (ArrayDataset(rows, np.arange(23)), OneByOne(ArrayDataset(rows, np.arange(23)))):
        np.random.seed(5)
        loader = DataLoader(dataset, batch_size=4, shuffle=shuffle, last_batch=last_batch)
        passes.append([[field.asnumpy().tolist() for field in batch] for _ in range(3) for batch in loader])
        assert [len(batch[1]) for batch in passes[-1][:6]] == [4] * 5 + [3 if last_batch == "keep" else 4]
    assert passes[0] == passes[1]


def test_batches_that_are_read_together_may_be_written_each_by_itself():
    for number, batch in enumerate(DataLoader(ArrayDataset(np.arange(6.0)), batch_size=2)):
        assert batch.asnumpy().tolist() == [2 * number, 2 * number + 1]
        batch[:] = -1


def test_batches_that_are_read_together_go_to_the_context_of_the_moment():
    batches = iter(DataLoader(ArrayDataset(np.arange(6.0)), batch_size=2))
    contexts = []
    for context in (mx.cpu(0), mx.cpu(1)):
        with context:
            contexts.append(next(batches).context)
    assert contexts == [mx.cpu(0), mx.cpu(1)]


@pytest.mark.parametrize("shuffle", [False, True])
def test_a_pass_goes_on_within_batches_that_were_read_together(shuffle):
    def loader():
        return DataLoader(ArrayDataset(np.arange(10)), batch_size=2, shuffle=shuffle)

    whole, first = loader(), loader()
    np.random.seed(2)
    expected = [batch.asnumpy().tolist() for batch in whole]
    np.random.seed(2)
    batches = iter(first)
    begun = [next(batches).asnumpy().tolist() for _ in range(2)]
    resumed = loader()
    resumed.set_state(first.get_state())
    assert begun + [batch.asnumpy().tolist() for batch in resumed] == expected


def test_an_order_of_ones_own_is_asked_for():
    class Backwards(SequentialSampler):
        def __iter__(self):
            return iter(range(len(self) - 1, -1, -1))

    batches = DataLoader(ArrayDataset(np.arange(5)), batch_size=2, sampler=Backwards(5))
    assert [batch.asnumpy().tolist() for batch in batches] == [[4, 3], [2, 1], [0]]


def test_no_worker_is_started_where_one_indexing_does_it():
    loader = DataLoader(ArrayDataset(IMAGES), batch_size=3, num_workers=2)
    list(loader)
    assert loader._pool is None


# -- what may go wrong -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("way", WAYS, ids=WAY_NAMES)
def test_an_error_of_the_dataset_comes_as_it_is_with_the_number_of_the_example(way):
    batches = iter(DataLoader(Failing(), batch_size=2, **way))
    next(batches)
    with pytest.raises(KeyError, match="no picture") as caught:
        next(batches)
    assert any("sample 3" in note for note in caught.value.__notes__)


def test_an_error_of_a_worker_has_the_workers_traceback():
    with pytest.raises(KeyError) as caught:
        list(DataLoader(Failing(), batch_size=2, num_workers=1))
    assert isinstance(caught.value.__cause__, WorkerTraceback)
    assert 'raise KeyError("no picture")' in str(caught.value.__cause__)
    assert any("worker 0" in note for note in caught.value.__notes__)


def test_an_error_that_cannot_travel_is_told_by_its_text():
    class Odd(Exception):
        def __init__(self, one, two):
            super().__init__(f"{one} and {two}")

    class Raising(Slowly):
        def __getitem__(self, i):
            raise Odd("this", "that")

    with pytest.raises(WorkerError, match="Odd: this and that"):
        list(DataLoader(Raising(), batch_size=2, num_workers=1))


def test_the_loader_goes_on_after_an_error():
    loader = DataLoader(Failing(), batch_size=2, num_workers=2)
    for _ in range(2):
        with pytest.raises(KeyError):
            list(loader)


def test_a_worker_that_dies_is_an_error_and_the_next_pass_has_new_ones():
    class Dying(Slowly):
        def __getitem__(self, i):
            if i == 2 and os.path.exists(flag):
                os.unlink(flag)
                os._exit(7)
            return super().__getitem__(i)

    flag = os.path.join(os.environ["MXLEARN_HOME"], "flag")
    open(flag, "w").close()
    loader = DataLoader(Dying(), batch_size=1, num_workers=2)
    with pytest.raises(WorkerError, match="exit code 7"):
        list(loader)
    assert len(list(loader)) == 7


def test_a_slow_worker_is_reported():
    class Sleeping(Slowly):
        def __getitem__(self, i):
            time.sleep(60)

    with pytest.raises(WorkerTimeoutError, match=r"worker 0 gave no batch within 0.2 seconds"):
        list(DataLoader(Sleeping(), batch_size=1, num_workers=1, timeout=0.2))


def test_examples_of_different_shape():
    with pytest.raises(ShapeError, match=r"\(2,\), \(3,\).*\n.*batchify_fn"):
        list(DataLoader(SimpleDataset([np.ones(2), np.ones(3)]), batch_size=2))


def test_a_dtype_that_no_ndarray_has():
    with pytest.raises(DTypeError, match="cannot hold uint16"):
        list(DataLoader(ArrayDataset(np.ones(3, np.uint16)), batch_size=2))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "batch_size is missing"),
        ({"batch_size": 2, "shuffle": True, "sampler": SequentialSampler(3)}, "sampler gives the order already"),
        ({"batch_size": 2, "batch_sampler": [[0]]}, "batch_sampler says it all"),
        ({"batch_size": 2, "last_batch": "kep"}, "'kep'"),
        ({"batch_size": 2, "timeout": 0}, "timeout must be a positive number"),
    ],
)
def test_wrong_arguments(arguments, text):
    with pytest.raises(ArgumentError, match=text):
        DataLoader(Slowly(), **arguments)


# -- the life of workers -----------------------------------------------------------------------------------------------
def workers_of(loader):
    return [process.pid for process, _ in loader._pool._workers]


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_two_passes_at_once():
    loader = DataLoader(Slowly(), batch_size=2, num_workers=2)
    pairs = [(a[1].asnumpy().tolist(), b[1].asnumpy().tolist()) for a, b in zip(loader, loader, strict=True)]
    assert all(a == b for a, b in pairs)
    assert len(pairs) == 4


def test_a_pass_that_is_left_early_disturbs_no_other():
    loader = DataLoader(Slowly(), batch_size=1, num_workers=2)
    for _ in range(3):
        for _ in loader:
            break
    assert labels(loader) == [[i] for i in range(7)]


@linux
def test_workers_end_with_the_loader():
    loader = DataLoader(Slowly(), batch_size=2, num_workers=2)
    list(loader)
    pids = workers_of(loader)
    assert all(is_alive(pid) for pid in pids)
    del loader
    assert wait_until(lambda: not any(is_alive(pid) for pid in pids))


def test_an_interrupt_while_waiting_ends_the_workers_and_leaves_the_loader_usable():
    class Interrupting(Slowly):
        def __getitem__(self, i):
            if i == 2 and os.path.exists(flag):
                os.unlink(flag)
                time.sleep(0.5)  # the parent has taken the batches before this one, and waits
                os.kill(parent, signal.SIGINT)
                time.sleep(60)
            return super().__getitem__(i)

    parent, flag = os.getpid(), os.path.join(os.environ["MXLEARN_HOME"], "flag")
    open(flag, "w").close()
    loader = DataLoader(Interrupting(), batch_size=1, num_workers=2)
    seen = []
    with pytest.raises(KeyboardInterrupt):
        for batch in loader:
            seen.append(batch)
    assert loader._pool._workers == []
    assert labels(loader) == [[i] for i in range(7)]


@linux
@pytest.mark.parametrize("end", ["SIGINT", "SIGKILL"])
def test_no_worker_outlives_the_program(end, tmp_path):
    """Ctrl-C goes to the whole process group; SIGKILL to the parent alone, which cannot clean up."""
    program = tmp_path / "train.py"
    program.write_text(textwrap.dedent("""
        import sys, time
        import mxlearn as mx
        class Slow(mx.gluon.data.Dataset):
            def __len__(self): return 1000
            def __getitem__(self, i):
                time.sleep(0.01)
                return i
        loader = mx.gluon.data.DataLoader(Slow(), batch_size=2, num_workers=2)
        other = mx.gluon.data.DataLoader(Slow(), batch_size=2, num_workers=1)
        for first, second in zip(loader, other):
            pids = [p.pid for l in (loader, other) for p, _ in l._pool._workers]
            print(*pids, flush=True)
    """))
    root = str(Path(mx.__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, env=os.environ | {"PYTHONPATH": root},
    ) as process:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        if end == "SIGINT":
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.kill()
        _, errors = process.communicate(timeout=30)
    assert len(pids) == 3, errors
    assert wait_until(lambda: not any(is_alive(pid) for pid in pids))
    if end == "SIGINT":
        assert errors.count("Traceback") == 1                # the parent's own KeyboardInterrupt, nothing from workers
        assert "KeyboardInterrupt" in errors


def test_auto_reload_begins_the_next_pass_when_one_ends():
    loader = DataLoader(Slowly(), batch_size=3, num_workers=1, auto_reload=True)
    assert loader._ahead is not None
    assert labels(loader) == labels(loader) == [[0, 1, 2], [3, 4, 5], [6]]
    assert loader._ahead is not None
    loader.clean()
    assert loader._ahead is None


# -- random numbers ----------------------------------------------------------------------------------------------------
class Noisy(Slowly):
    def __getitem__(self, i):
        return np.array([random.random(), np.random.random(), mx.nd.random.uniform().asscalar()])


def test_workers_draw_different_numbers_that_depend_on_the_seed_alone():
    def draw(count, seed=0):
        np.random.seed(seed)
        mx.random.seed(seed)
        loader = DataLoader(Noisy(count=8), batch_size=2, num_workers=count)
        return np.concatenate([batch.asnumpy() for _ in range(2) for batch in loader])

    one = draw(1)
    assert len(np.unique(one[:, 0])) == len(np.unique(one[:, 1])) == len(np.unique(one[:, 2])) == 16
    assert np.array_equal(one, draw(3))
    assert not np.array_equal(one, draw(1, seed=1))


def test_default_batchify_fn_by_hand():
    first, second = default_batchify_fn([(1, np.ones(2)), (2, np.zeros(2))])
    assert first.asnumpy().tolist() == [1, 2]
    assert second.asnumpy().tolist() == [[1, 1], [0, 0]]
    assert default_batchify_fn([{"x": 1}, {"x": 2}])["x"].asnumpy().tolist() == [1, 2]


class Threads(Slowly):
    def __getitem__(self, i):
        return mx.num_threads()


def test_a_worker_computes_on_one_thread_and_this_process_keeps_its_own():
    before = mx.num_threads()
    mx.set_num_threads(3)
    try:
        batches = [batch.asnumpy().tolist() for batch in DataLoader(Threads(4), batch_size=2, num_workers=2)]
        assert batches == [[1, 1], [1, 1]] and mx.num_threads() == 3
    finally:
        mx.set_num_threads(before)
