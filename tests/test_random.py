"""mx.random: seeds, shapes, dtypes, errors, and the distributions' moments.

The moments are checked at 40,000 draws with a fixed seed, within five standard errors.
"""

import json
import math
import threading

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import streams
from mxlearn.base import ArgumentError, DTypeError, FormatError, MXNetError

COUNT = 40_000


@pytest.fixture(autouse=True)
def fresh_streams():
    state = streams.get_state()
    mx.random.seed(11)
    yield
    streams.set_state(state)


# -- seeds and streams -------------------------------------------------------------------------------------------------
def test_same_seed_gives_same_numbers():
    mx.random.seed(128)
    first = mx.nd.random.normal(shape=(2, 2)).asnumpy()
    second = mx.nd.random.normal(shape=(2, 2)).asnumpy()
    mx.random.seed(128)
    assert (mx.nd.random.normal(shape=(2, 2)).asnumpy() == first).all()
    assert (first != second).any()


def test_devices_draw_different_numbers_unless_seeded_one_by_one():
    mx.random.seed(3)
    a, b = (mx.random.uniform(shape=4, ctx=mx.cpu(i)).asnumpy() for i in (0, 1))
    assert (a != b).all()
    mx.random.seed(3, ctx=mx.cpu(0))
    mx.random.seed(3, ctx=mx.cpu(1))
    a, b = (mx.random.uniform(shape=4, ctx=mx.cpu(i)).asnumpy() for i in (0, 1))
    assert (a == b).all()


def test_seeding_one_device_leaves_the_others():
    expected = mx.random.uniform(shape=4, ctx=mx.cpu(1)).asnumpy()
    mx.random.seed(11)
    mx.random.seed(99, ctx=mx.cpu(0))
    assert (mx.random.uniform(shape=4, ctx=mx.cpu(1)).asnumpy() == expected).all()


@pytest.mark.parametrize("bad", ["a", 1.5, None])
def test_a_seed_must_be_an_integer(bad):
    with pytest.raises(ValueError, match="seed_state must be int"):
        mx.random.seed(bad)


def test_negative_and_numpy_seeds_are_seeds():
    mx.random.seed(-1)
    first = mx.random.uniform().asscalar()
    mx.random.seed(np.int64(-1))
    assert mx.random.uniform().asscalar() == first


def test_state_goes_through_json_and_restores_the_numbers():
    mx.random.uniform(shape=3, ctx=mx.cpu(2))
    state = json.loads(json.dumps(mx.random.get_state()))
    expected = [mx.random.normal(shape=5, ctx=mx.cpu(i)).asnumpy() for i in (0, 2, 3)]
    mx.random.seed(77)
    mx.random.set_state(state)
    for i, values in zip((0, 2, 3), expected, strict=True):
        assert (mx.random.normal(shape=5, ctx=mx.cpu(i)).asnumpy() == values).all()


@pytest.mark.parametrize("bad", [None, {}, {"seed": 1}, {"seed": 1, "streams": {"cpu(0)": {"bit_generator": "MT"}}}])
def test_a_damaged_state_is_refused_and_changes_nothing(bad):
    state = mx.random.get_state()
    with pytest.raises(FormatError, match="random streams"):
        mx.random.set_state(bad)
    assert mx.random.get_state() == state


def test_threads_share_a_stream_without_losing_numbers():
    drawn = []

    def draw():
        for _ in range(50):
            drawn.append(mx.random.uniform(shape=20).asnumpy())

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = np.sort(np.concatenate(drawn))
    mx.random.seed(11)
    alone = np.sort(np.concatenate([mx.random.uniform(shape=20).asnumpy() for _ in range(200)]))
    assert (together == alone).all()


# -- shapes and dtypes -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    ["uniform", "normal", "gamma", "exponential", "poisson", "negative_binomial", "generalized_negative_binomial"],
)
def test_shapes_and_dtypes(name):
    function = getattr(mx.random, name)
    assert function().shape == (1,)
    assert function(shape=3).shape == (3,)
    assert function(shape=(2, 0)).shape == (2, 0)
    assert function().dtype == np.float32
    for dtype in ("float16", "float32", "float64"):
        assert function(shape=(2, 3), dtype=dtype).dtype == np.dtype(dtype)
    with pytest.raises(DTypeError, match="float16, float32 or float64"):
        function(dtype="int32")
    like = getattr(mx.nd.random, f"{name}_like")(mx.nd.ones((2,), dtype="float64"))
    assert like.shape == (2,)
    assert like.dtype == np.float64


def test_array_parameters_give_a_distribution_for_each_element():
    low, high = mx.nd.array([[0, 10]]), mx.nd.array([[1, 11]])
    got = mx.random.uniform(low, high, shape=(2,))
    assert got.shape == (1, 2, 2)
    assert ((got.asnumpy()[0, 1] >= 10) & (got.asnumpy()[0, 1] < 11)).all()
    assert mx.random.uniform(low, high).shape == (1, 2)
    assert mx.nd.sample_normal(low.astype("float64"), high.astype("float64")).dtype == np.float32
    assert mx.nd.sample_poisson(mx.nd.ones((2,), dtype="int32"), shape=2).dtype == np.float32


def test_parameters_must_be_of_one_kind():
    with pytest.raises(ArgumentError, match="numbers, or all of them of type NDArray"):
        mx.random.uniform(mx.nd.array([0]), 1.0)
    with pytest.raises(ValueError, match="low must be a number or of type NDArray. Received: str"):
        mx.random.uniform("a", 1)
    with pytest.raises(MXNetError, match="shape"):
        mx.nd.sample_normal(mx.nd.ones((2,)), mx.nd.ones((3,)))


@pytest.mark.parametrize(
    "call",
    [
        lambda: mx.random.uniform(2, 1),
        lambda: mx.random.normal(0, -1),
        lambda: mx.random.gamma(-1, 1),
        lambda: mx.random.exponential(0),
        lambda: mx.random.exponential(-2),
        lambda: mx.random.poisson(-1),
        lambda: mx.random.negative_binomial(0, 0.5),
        lambda: mx.random.negative_binomial(3, 0),
        lambda: mx.random.generalized_negative_binomial(-1, 1),
        lambda: mx.random.randint(9, 3),
        lambda: mx.random.randint(9, 9),
    ],
)
def test_parameters_out_of_range_raise(call):
    with pytest.raises(ArgumentError, match="must"):
        call()


def test_out_receives_the_numbers_and_gives_shape_and_dtype():
    out = mx.nd.zeros((2, 2), dtype="float64")
    assert mx.random.uniform(1, 2, out=out) is out
    assert (out.asnumpy() >= 1).all()
    with pytest.raises(MXNetError, match="out has shape"):
        mx.random.uniform(0, 1, shape=(2,), out=out)
    with pytest.raises(MXNetError, match="foo"):
        mx.random.uniform(0, 1, (2,), foo=1)


def test_context_is_where_the_numbers_live():
    assert mx.random.uniform(ctx=mx.cpu(1)).context == mx.cpu(1)
    with mx.cpu(2):
        assert mx.random.randn(2, 3).context == mx.cpu(2)


def test_float16_uniform_never_reaches_the_upper_bound():
    assert mx.random.uniform(shape=200_000, dtype="float16").asnumpy().max() < 1


def test_symbols_draw_too():
    mx.random.seed(5)
    expected = mx.random.uniform(0, 1, shape=(2, 3)).asnumpy()
    mx.random.seed(5)
    assert (mx.sym.random.uniform(0, 1, shape=(2, 3)).eval()[0].asnumpy() == expected).all()
    assert mx.sym.random.normal(mx.sym.var("m"), mx.sym.var("s"), shape=4).list_arguments() == ["m", "s"]


# -- distributions -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("draw", "mean", "variance"),
    [
        (lambda r: r.uniform(-1, 3, shape=COUNT), 1, 16 / 12),
        (lambda r: r.normal(2, 0.5, shape=COUNT), 2, 0.25),
        (lambda r: r.randn(COUNT, loc=2, scale=0.5), 2, 0.25),
        (lambda r: r.gamma(9, 0.5, shape=COUNT), 4.5, 2.25),
        (lambda r: r.exponential(4, shape=COUNT), 4, 16),
        (lambda r: r.poisson(3, shape=COUNT), 3, 3),
        (lambda r: r.negative_binomial(3, 0.4, shape=COUNT), 4.5, 11.25),
        (lambda r: r.generalized_negative_binomial(3, 0.4, shape=COUNT), 3, 6.6),
        (lambda r: r.generalized_negative_binomial(3, 0, shape=COUNT), 3, 3),
        (lambda r: r.randint(-2, 4, shape=COUNT), 0.5, 35 / 12),
        (lambda r: r.exponential(mx.nd.array([4]), shape=COUNT), 4, 16),
        (lambda r: r.gamma(mx.nd.array([9]), mx.nd.array([0.5]), shape=COUNT), 4.5, 2.25),
        (lambda r: r.negative_binomial(mx.nd.array([3]), mx.nd.array([0.4]), shape=COUNT), 4.5, 11.25),
        (lambda r: r.generalized_negative_binomial(mx.nd.array([3]), mx.nd.array([0.4]), shape=COUNT), 3, 6.6),
    ],
)
def test_mean_and_variance(draw, mean, variance):
    values = draw(mx.random).asnumpy().astype("float64").ravel()
    assert len(values) == COUNT
    assert abs(values.mean() - mean) < 5 * math.sqrt(variance / COUNT)
    fourth = ((values - values.mean()) ** 4).mean()
    assert abs(values.var() - variance) < 5 * math.sqrt((fourth - variance**2) / COUNT)


def test_randint_reaches_both_ends_and_not_more():
    values = mx.random.randint(3, 6, shape=1000)
    assert values.dtype == np.int32
    assert set(values.asnumpy().tolist()) == {3, 4, 5}
    assert mx.random.randint(3, 9, dtype="int64").dtype == np.int64
    with pytest.raises(DTypeError, match="int32 or int64"):
        mx.random.randint(3, 9, dtype="float32")


@pytest.mark.parametrize("count", [1, COUNT])
def test_multinomial_draws_by_probability(count):
    rows = 1 if count > 1 else COUNT
    table = mx.nd.array(np.tile([0.0, 0.2, 0.5, 0.3, 0.0], (rows, 1)))
    drawn = mx.random.multinomial(table, shape=count).asnumpy().ravel()
    frequencies = np.bincount(drawn, minlength=5) / COUNT
    assert frequencies[0] == frequencies[4] == 0
    np.testing.assert_allclose(frequencies, [0, 0.2, 0.5, 0.3, 0], atol=5 * 0.5 / math.sqrt(COUNT))


def test_multinomial_shapes():
    table = mx.nd.array([[0, 0.5, 0.5], [1, 0, 0]])
    assert mx.random.multinomial(table).shape == (2,)
    assert mx.random.multinomial(table, shape=4).shape == (2, 4)
    assert mx.random.multinomial(table, shape=(2, 2)).shape == (2, 2, 2)
    assert mx.random.multinomial(table[0]).shape == (1,)
    samples, logs = mx.random.multinomial(table.astype("float64"), get_prob=True, dtype="float32")
    assert (samples.dtype, logs.dtype) == (np.float32, np.float64)
    assert logs.asnumpy().tolist() == [math.log(0.5), 0]


def test_gradient_of_log_probability_is_one_over_p_for_each_draw():
    p = mx.nd.array([[0.25, 0.75]])
    p.attach_grad()
    with mx.autograd.record():
        samples, logs = mx.random.multinomial(p, shape=8, get_prob=True)
    logs.backward()
    counts = np.bincount(samples.asnumpy().ravel(), minlength=2)
    np.testing.assert_allclose(p.grad.asnumpy()[0], counts / np.array([0.25, 0.75]), rtol=1e-6)


def test_shuffle_moves_whole_rows_and_its_gradient_finds_them():
    x = mx.nd.arange(20).reshape((10, 2))
    x.attach_grad()
    with mx.autograd.record():
        y = mx.random.shuffle(x)
        z = y * mx.nd.arange(10).reshape((10, 1))
    rows = y.asnumpy()
    assert sorted(map(tuple, rows.tolist())) == list(map(tuple, x.asnumpy().tolist()))
    assert (rows != x.asnumpy()).any()
    z.backward()
    order = rows[:, 0] / 2  # row i of y is row order[i] of x
    expected = np.zeros((10, 2))
    expected[order.astype(int)] = np.arange(10)[:, None]
    assert x.grad.asnumpy().tolist() == expected.tolist()


def test_every_order_of_three_rows_is_equally_likely():
    counts: dict = {}
    for _ in range(3000):
        order = tuple(mx.random.shuffle(mx.nd.arange(3)).asnumpy().astype(int).tolist())
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 6
    assert all(abs(n - 500) < 5 * math.sqrt(500 * 5 / 6) for n in counts.values())
