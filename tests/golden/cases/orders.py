"""The order of examples under a seed of numpy.random: loaders, samplers, iterators; and how batches end."""

import numpy as np

from ..harness import Cases

CASES = Cases()


def numbers(batches):
    """Return what the batches hold as lists of whole numbers."""
    return [np.asarray(batch.asnumpy()).astype(int).ravel().tolist() for batch in batches]


def passes(mx, length, seed, epochs=3, **options):
    """Return the batches of some passes of a DataLoader over the numbers 0 to length - 1."""
    np.random.seed(seed)
    loader = mx.gluon.data.DataLoader(mx.gluon.data.SimpleDataset(list(range(length))), **options)
    return {"length": len(loader), "passes": [numbers(loader) for _ in range(epochs)]}


for _last in ("keep", "discard", "rollover"):
    for _shuffle in (False, True):
        for _length, _size in ((10, 3), (12, 4), (2, 5), (7, 1)):
            CASES.add(
                f"loader/{_last} {'shuffled' if _shuffle else 'in order'} {_length} by {_size}",
                lambda mx, a=(_length, 3), b=_size, c=_shuffle, d=_last: passes(
                    mx, *a, batch_size=b, shuffle=c, last_batch=d
                ),
            )


@CASES.case("loader/length of rollover after a pass")
def _(mx):
    loader = mx.gluon.data.DataLoader(mx.gluon.data.SimpleDataset(list(range(7))), 3, last_batch="rollover")
    lengths = []
    for _ in range(4):
        lengths.append(len(loader))
        numbers(loader)
    return {"lengths": lengths}


@CASES.case("loader/array dataset shuffled")
def _(mx):
    np.random.seed(5)
    data = mx.gluon.data.ArrayDataset(np.arange(9, dtype="float32"), np.arange(9) * 10)
    loader = mx.gluon.data.DataLoader(data, 4, shuffle=True)
    return {"batches": [[x.asnumpy(), y.asnumpy()] for _ in range(2) for x, y in loader]}


@CASES.case("loader/two loaders draw from one generator")
def _(mx):
    np.random.seed(6)
    first, second = (
        mx.gluon.data.DataLoader(mx.gluon.data.SimpleDataset(list(range(n))), 2, shuffle=True) for n in (5, 4)
    )
    return {"first": numbers(first), "second": numbers(second), "again": numbers(first)}


@CASES.case("sampler/random")
def _(mx):
    np.random.seed(7)
    sampler = mx.gluon.data.RandomSampler(9)
    return {"orders": [[int(i) for i in sampler] for _ in range(3)], "length": len(sampler)}


for _interval, _rollover in ((3, True), (3, False), (1, True), (7, False)):
    CASES.add(
        f"sampler/interval {_interval} {'rollover' if _rollover else 'once'}",
        lambda mx, i=_interval, r=_rollover: {
            "order": list(mx.gluon.contrib.data.IntervalSampler(13, interval=i, rollover=r)),
            "length": len(mx.gluon.contrib.data.IntervalSampler(13, interval=i, rollover=r)),
        },
    )


@CASES.case("sampler/batches of a sampler with a start")
def _(mx):
    data = mx.gluon.data
    return {
        kind: [list(data.BatchSampler(data.SequentialSampler(8), 3, kind)) for _ in range(2)]
        for kind in ("keep", "discard", "rollover")
    }


@CASES.case("dataset/shard, take, filter")
def _(mx):
    data = mx.gluon.data.SimpleDataset(list(range(11)))
    return {
        "shards": [[int(s[i]) for i in range(len(s))] for s in (data.shard(3, k) for k in range(3))],
        "take": [len(data.take(4)), len(data.take(None)), len(data.take(20))],
        "even": [int(e) for e in data.filter(lambda x: x % 2 == 0)],
    }


for _handle in ("pad", "discard", "roll_over"):
    for _count, _batch in ((10, 4), (8, 4), (9, 2)):

        def _run(mx, handle=_handle, count=_count, batch=_batch):
            np.random.seed(8)
            data = mx.io.NDArrayIter(
                np.arange(count), np.arange(count) * 2, batch, shuffle=True, last_batch_handle=handle
            )
            orders = []
            for _ in range(3):
                orders.append([[b.data[0].asnumpy(), b.label[0].asnumpy()] for b in data])
                data.reset()
            return {"orders": orders}

        CASES.add(f"iterator/NDArrayIter shuffled {_handle} {_count} by {_batch}", _run)


@CASES.case("iterator/NDArrayIter hard reset")
def _(mx):
    np.random.seed(9)
    data = mx.io.NDArrayIter(np.arange(10), batch_size=4, shuffle=True, last_batch_handle="roll_over")
    numbers(b.data[0] for b in data)
    data.hard_reset()
    return {"order": numbers(b.data[0] for b in data)}


@CASES.case("utils/split of uneven batches")
def _(mx):
    split = mx.gluon.utils.split_data
    x = mx.nd.arange(7)
    return {str(n): numbers(split(x, n, even_split=False)) for n in (1, 2, 3, 5)}
