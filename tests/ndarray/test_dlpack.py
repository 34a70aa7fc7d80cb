"""DLPack: sharing memory with NumPy and other libraries, in both directions."""
import gc

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool"])
def test_numpy_reads_our_memory(dtype):
    x = mx.nd.array([[0, 1], [1, 0]], dtype=dtype)
    host = np.from_dlpack(x)
    assert (host.shape, host.dtype) == ((2, 2), np.dtype(dtype))
    x[0, 0] = 1
    assert host[0, 0] == 1


def test_we_read_numpys_memory():
    host = np.arange(6, dtype="float32").reshape(2, 3)
    x = mx.nd.from_dlpack(host)
    assert (x.shape, x.context) == ((2, 3), mx.cpu(0))
    host[0, 0] = 9
    assert x[0, 0].asscalar() == 9


def test_an_array_says_where_it_lives():
    assert tuple(int(n) for n in mx.nd.ones(1).__dlpack_device__()) == (1, 0)
    assert tuple(int(n) for n in mx.nd.ones(1, ctx=mx.cpu(1)).__dlpack_device__()) == (1, 0)


@pytest.mark.parametrize("export", [mx.nd.to_dlpack_for_read, mx.nd.to_dlpack_for_write])
def test_capsules_go_round(export):
    x = mx.nd.array([1, 2, 3])
    y = mx.nd.from_dlpack(export(x))
    y[:] = 7
    assert x.asnumpy().tolist() == [7, 7, 7]


@pytest.mark.parametrize("export", [lambda x: x, mx.nd.to_dlpack_for_read])
def test_memory_outlives_the_array(export):
    y = mx.nd.from_dlpack(export(mx.nd.array([1, 2, 3])))
    gc.collect()
    filler = [mx.nd.ones(3) for _ in range(100)]                         # would take freed memory over
    assert y.asnumpy().tolist() == [1, 2, 3]
    assert len(filler) == 100


@pytest.mark.parametrize("source", [3, "x", [1, 2], None])
def test_what_is_no_capsule_is_an_error(source):
    with pytest.raises(MXNetError, match="^from_dlpack: the data cannot be shared"):
        mx.nd.from_dlpack(source)


def test_what_is_recorded_is_not_given_away_for_writing():
    x = mx.nd.ones(2)
    x.attach_grad()
    with mx.autograd.record():
        y = x * 2
        with pytest.raises(MXNetError, match="to_dlpack_for_write: .*recorded computation"):
            mx.nd.to_dlpack_for_write(y)
        mx.nd.to_dlpack_for_read(y)


def test_a_dtype_that_arrays_cannot_have_is_refused():
    with pytest.raises(MXNetError, match="complex64"):
        mx.nd.from_dlpack(np.zeros(2, "complex64"))


def test_strided_memory_is_shared_too():
    host = np.arange(6, dtype="float32").reshape(2, 3)
    x = mx.nd.from_dlpack(host.T)
    assert np.array_equal((x + 1).asnumpy(), host.T + 1)
    assert np.array_equal(x.reshape((6,)).asnumpy(), host.T.reshape(6))
