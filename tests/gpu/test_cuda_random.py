"""Dropout's kernel: Philox against its published numbers, the statistics of the mask, and the stream on the device."""

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.kernels import cuda
from mxlearn.kernels.cuda import launch

from .agreement import DTYPES, numbers

# Known answers of philox4x32-10 for (key, counter), from the test vectors of Random123 (Salmon et al. 2011)
KNOWN = [
    (0, (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (2**64 - 1, (2**64 - 1, 2**64 - 1), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (0x299F31D0A4093822, (0x0370734413198A2E, 0x85A308D3243F6A88), (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
]
PROBE = """
extern "C" __global__ void probe(const unsigned long long* in, unsigned int* out) {
    const Four drawn = philox(in[0], in[1], in[2]);
    for (int i = 0; i < 4; ++i) out[i] = drawn.bits[i];
}
"""


@pytest.mark.parametrize("key, counter, expected", KNOWN)
def test_philox_gives_its_published_numbers(xp, key, counter, expected):
    probe = xp.RawModule(code=launch.code_of("random", "f", "f", False) + PROBE).get_function("probe")
    given, out = xp.asarray(np.array([key, *counter], "uint64")), xp.zeros(4, "uint32")
    probe((1,), (1,), (given, out))
    assert tuple(out.get().tolist()) == expected


@pytest.fixture
def rng(xp):
    return xp.random.Generator(xp.random.XORWOW(3))


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_mask_keeps_its_share_and_scales_it(xp, rng, dtype):
    data = numbers((101, 103), dtype)
    out, mask = cuda.dropout(xp, xp.asarray(data), rng, keep=0.8, shape=data.shape)
    kept = mask.get() != 0
    assert set(np.unique(mask.get())) == {0, np.dtype(dtype).type(1.25)}
    assert abs(kept.mean() - 0.8) < 4 * (0.8 * 0.2 / kept.size) ** 0.5  # four standard deviations
    np.testing.assert_array_equal(out.get(), (data * mask.get()).astype(dtype))


def test_neighbors_are_independent(xp, rng):
    _, mask = cuda.dropout(xp, xp.ones((40_001,), "float32"), rng, keep=0.5, shape=(40_001,))
    kept = mask.get() > 0
    for distance in (1, 2, 3, 4, 256):
        agree = (kept[distance:] == kept[:-distance]).mean()
        assert abs(agree - 0.5) < 4 * 0.5 / kept.size**0.5


def test_every_launch_draws_anew_and_a_seed_repeats_them(xp):
    data = xp.ones((64, 64), "float32")

    def masks(seed):
        generator = xp.random.Generator(xp.random.XORWOW(seed))
        return [cuda.dropout(xp, data, generator, keep=0.5, shape=data.shape)[1].get() for _ in range(3)]

    first = masks(1)
    assert not any((a == b).all() for a, b in [first[:2], first[1:], (first[0], masks(2)[0])])
    assert all((a == b).all() for a, b in zip(first, masks(1), strict=True))


def test_the_state_counts_launches_of_many_blocks(xp, rng):
    from mxlearn.kernels.cuda.random import _state_of

    data = xp.ones((10_000,), "float32")  # ten blocks
    for _ in range(3):
        cuda.dropout(xp, data, rng, keep=0.5, shape=data.shape)
    assert _state_of(xp, rng).get().tolist()[1:] == [3, 0]


def test_one_draw_shared_along_axes(xp, rng):
    data = numbers((4, 6, 5), "float32")
    out, mask = cuda.dropout(xp, xp.asarray(data), rng, keep=0.5, shape=(4, 6, 1))
    assert mask.shape == (4, 6, 1)
    np.testing.assert_array_equal(out.get(), data * mask.get())


@pytest.mark.parametrize("keep", [0.0, 1.0])
def test_nothing_or_everything_kept(xp, rng, keep):
    out, mask = cuda.dropout(xp, xp.ones((50,), "float32"), rng, keep=keep, shape=(50,))
    assert (out.get() == keep).all() and (mask.get() == keep).all()


def test_the_seed_of_mxlearn_is_the_seed_of_dropout(xp):
    def drawn():
        mx.random.seed(5)
        with mx.autograd.record():
            return mx.nd.Dropout(mx.nd.ones((100,), ctx=mx.gpu()), p=0.5).asnumpy()

    assert (drawn() == drawn()).all()
