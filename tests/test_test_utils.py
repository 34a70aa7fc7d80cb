"""mx.test_utils: what passes, what fails, and what a failure says."""
import bz2
import gzip
import logging
import os
import platform
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import test_utils as tu
from mxlearn.base import ArgumentError

X = np.arange(6.0).reshape(2, 3)


# -- comparison --------------------------------------------------------------------------------------------------------
def test_tolerances_by_dtype():  # from the real MXNet 1.9.1
    kinds = [np.dtype(name) for name in ("float16", "float32", "float64", "int32")]
    assert [tu.default_rtols()[kind] for kind in kinds] == [1e-2, 1e-4, 1e-5, 0]
    assert [tu.default_atols()[kind] for kind in kinds] == [1e-1, 1e-3, 1e-20, 0]
    assert [tu.default_numeric_eps()[kind] for kind in kinds[:3]] == [2**-6, 2**-9, 2**-14]
    assert tu.get_tols(mx.nd.array(X), X, None, None) == (1e-4, 1e-3)
    assert tu.get_tols(mx.nd.array(X), X, 1, None) == (1, 1e-3)


def test_assert_almost_equal_passes():
    tu.assert_almost_equal(X, X * (1 + 1e-6))
    tu.assert_almost_equal(mx.nd.array(X), X + 1e-4)
    tu.assert_almost_equal(np.array([np.inf, 1]), np.array([np.inf, 1]))
    tu.assert_almost_equal(np.array([np.nan, 1]), np.array([np.nan, 1]), equal_nan=True)
    tu.assert_almost_equal(1.0, 1.0)
    tu.assert_almost_equal(np.ones((2, 3)), np.ones((2, 1)))
    tu.assert_almost_equal([1, 2], np.array([1, 2]))


def test_assert_almost_equal_tells_the_largest_error():
    other = X.copy()
    other[1, 0] += 0.5
    other[0, 1] += 0.1
    with pytest.raises(AssertionError) as caught:
        tu.assert_almost_equal(X, other, rtol=1e-3, atol=1e-3, names=("mine", "theirs"))
    text = str(caught.value)
    assert "exceeds tolerance rtol=1.000000e-03, atol=1.000000e-03 (mismatch 33.333333%)" in text
    assert "Location of maximum error: (1, 0), mine=3.00000000, theirs=3.50000000" in text
    assert f"Error {0.5 / (1e-3 + 3.5e-3):f}" in text
    assert "(0, 1), mine=1.00000000, theirs=1.10000000" in text


@pytest.mark.parametrize(
    ("a", "b", "options"),
    [
        (X, X + 1e-3, {}),
        (1.0, 2.0, {}),
        (np.array([1, 2]), np.array([1, 3]), {}),
        (np.array([np.nan]), np.array([np.nan]), {}),
        (np.array([np.nan]), np.array([1.0]), {"equal_nan": True}),
        (np.array([np.inf]), np.array([-np.inf]), {}),
        (X, X.T, {}),
        (np.ones((2, 3)), np.ones((2, 1)), {"use_broadcast": False}),
    ],
)
def test_assert_almost_equal_fails(a, b, options):
    with pytest.raises(AssertionError, match="Items are not equal"):
        tu.assert_almost_equal(a, b, **options)
    assert not tu.almost_equal(a, b, **options)


def test_shown_arrays_are_cut():
    with pytest.raises(AssertionError) as caught:
        tu.assert_almost_equal(np.zeros((50, 50)), np.ones((50, 50)))
    assert len(str(caught.value).splitlines()) < 30


def test_same():
    assert tu.same(mx.nd.array(X), X)
    assert not tu.same(X, X.T)
    assert not tu.same(X, X + 1)


def test_same_array_is_about_memory():
    array = mx.nd.ones((4,))
    assert not tu.same_array(array, array.copy())
    assert tu.same_array(array, array[:])
    assert array.asnumpy().tolist() == [1, 1, 1, 1]


def test_with_err_lets_a_part_differ():
    one_of_ten = np.eye(10)[0]
    tu.assert_almost_equal_with_err(np.zeros(10), one_of_ten, etol=0.1)
    with pytest.raises(AssertionError):
        tu.assert_almost_equal_with_err(np.zeros(10), one_of_ten, etol=0.05)


def test_ignore_nan():
    tu.assert_almost_equal_ignore_nan(np.array([np.nan, 1]), np.array([2, 1.0]))
    with pytest.raises(AssertionError):
        tu.assert_almost_equal_ignore_nan(np.array([np.nan, 1]), np.array([2, 3.0]))


def test_assert_exception():
    tu.assert_exception(lambda a: a / 0, ZeroDivisionError, 3)
    with pytest.raises(AssertionError, match="raised no ZeroDivisionError"):
        tu.assert_exception(len, ZeroDivisionError, [])


def test_check_shapes_and_tuples():
    tu.checkShapes(X, X + 1)
    with pytest.raises(AssertionError, match=r"\(2, 3\) and b.shape = \(3, 2\)"):
        tu.checkShapes(X, X.T)
    one, two = mx.nd.ones((2,)), mx.nd.zeros((2,))
    tu.compare_ndarray_tuple((one, (two, None)), (one, (two, None)))
    with pytest.raises(AssertionError):
        tu.compare_ndarray_tuple((one, (two,)), (one, (one,)))


# -- random arrays -----------------------------------------------------------------------------------------------------
def test_random_shapes():
    assert all(1 <= n <= 3 for _ in range(50) for n in tu.rand_shape_nd(4, dim=3))
    assert {tu.rand_shape_nd(1, 1, allow_zero_size=True) for _ in range(50)} == {(0,), (1,)}
    assert len(tu.rand_shape_2d()) == 2
    assert tu.rand_shape_3d(1, 1, 1) == (1, 1, 1)
    assert {tu.rand_coord_2d(1, 3, 5, 6) for _ in range(50)} == {(1, 5), (2, 5)}


def test_random_arrays():
    array = tu.random_arrays((2, 3))
    assert (array.shape, array.dtype) == ((2, 3), np.float32)
    assert [a.shape for a in tu.random_arrays((2,), ())] == [(2,), ()]
    (uniform,) = tu.random_uniform_arrays((100,), low=2, high=3)
    assert uniform.min() >= 2 and uniform.max() < 3
    with pytest.raises(ArgumentError, match="lo"):
        tu.random_uniform_arrays((2,), lo=1)


def test_rand_ndarray():
    assert tu.rand_ndarray((2, 3), dtype="float64").dtype is np.float64
    assert tu.rand_ndarray((2,), ctx=mx.cpu(1)).context == mx.cpu(1)
    assert tu.rand_ndarray((50,), modifier_func=abs).asnumpy().min() >= 0
    assert tu.rand_ndarray((2, 3), "csr").stype == "csr"


@pytest.mark.parametrize("stype", ["csr", "row_sparse"])
def test_random_sparse_arrays_and_their_parts(stype):
    array, parts = tu.rand_sparse_ndarray((200, 50), stype, density=0.1)
    array.check_format()
    share = (array.asnumpy() != 0).mean()
    assert array.stype == stype and 0.03 < share < 0.2
    if stype == "csr":
        assert [part.shape for part in parts] == [(201,), array.indices.shape, array.data.shape]
    else:
        assert (parts[0] == array.data.asnumpy()).all() and (parts[1] == array.indices.asnumpy()).all()
    assert tu.rand_sparse_ndarray((4, 3), stype, density=0.0)[0].data.shape[0] == 0
    assert tu.rand_sparse_ndarray((4, 3), stype, density=1.0, data_init=2.0)[0].asnumpy().min() == 2
    assert tu.create_sparse_array((4, 3), stype, modifier_func=lambda x: 7, density=1.0).asnumpy().min() == 7


def test_random_sparse_arrays_of_given_rows():
    assert tu.create_sparse_array((5, 2), "row_sparse", rsp_indices=[3, 0]).indices.asnumpy().tolist() == [0, 3]
    assert tu.create_sparse_array_zd((5, 2), "row_sparse", density=0.9).indices.shape == (0,)
    doubling, _ = tu.rand_sparse_ndarray((10, 10), "csr", density=0.3, distribution="powerlaw")
    assert np.diff(doubling.indptr.asnumpy()).tolist() == [2, 4, 8, 10, 1, 1, 1, 1, 1, 1]
    with pytest.raises(ArgumentError, match="'coo'"):
        tu.rand_sparse_ndarray((2, 2), "coo")


def test_shuffling_columns_keeps_them_in_their_rows():
    matrix, _ = tu.rand_sparse_ndarray((4, 30), "csr", density=1.0)
    tu.shuffle_csr_column_indices(matrix)
    columns = matrix.indices.asnumpy().reshape(4, 30)
    assert (columns != np.arange(30)).any() and (np.sort(columns, axis=1) == np.arange(30)).all()


def test_random_sample_keeps_the_order():
    found = tu.random_sample(list(range(20)), 5)
    assert found == sorted(found)
    assert len(set(found)) == 5


def test_array_helpers_by_hand():
    assert tu.np_reduce(X, (0, 1), True, np.sum).tolist() == [[15]]
    assert tu.np_reduce(X, 1, False, np.sum).tolist() == [3, 12]
    assert tu.np_reduce(X, -1, True, np.max).tolist() == [[2], [5]]
    assert tu.collapse_sum_like(np.ones((2, 3, 4)), (3, 1)).tolist() == [[8], [8], [8]]
    assert tu.assign_each(X, lambda v: v + 1).tolist() == (X + 1).tolist()
    assert tu.assign_each2(X, X, lambda v, w: v * w).tolist() == (X * X).tolist()
    assert tu.create_2d_tensor(2, 3).asnumpy().tolist() == [[0, 0, 0], [1, 1, 1]]
    assert tu.create_vector(3).asnumpy().tolist() == [0, 1, 2]
    assert tu.get_identity_mat_batch(2).asnumpy().tolist() == [[[1, 0], [0, 1]]] * 2


def test_matrices_have_their_properties():
    rotation = tu.new_orthonormal_matrix_2d(4)
    assert np.allclose(rotation @ rotation.T, np.eye(4))
    symmetric = tu.new_sym_matrix_with_real_eigvals_nd((3, 4, 4))
    assert np.array_equal(symmetric, symmetric.swapaxes(1, 2))
    general = tu.new_matrix_with_real_eigvals_nd((3, 4, 4))
    assert np.abs(np.linalg.eigvals(general).imag).max() < 1e-6


# -- environment -------------------------------------------------------------------------------------------------------
def test_environment_comes_back(monkeypatch):
    monkeypatch.setenv("MX_TEST_KEPT", "before")
    with tu.environment({"MX_TEST_KEPT": None, "MX_TEST_NEW": "1"}):
        assert (tu.getenv("MX_TEST_KEPT"), tu.getenv("MX_TEST_NEW")) == (None, "1")
    assert (tu.getenv("MX_TEST_KEPT"), tu.getenv("MX_TEST_NEW")) == ("before", None)
    with pytest.raises(ZeroDivisionError), tu.environment("MX_TEST_KEPT", "2"):
        1 / 0  # noqa: B018
    assert os.environ["MX_TEST_KEPT"] == "before"
    with pytest.raises(ArgumentError, match="must be a str or None"), tu.environment("A", 1):
        pass


def test_default_context():
    assert tu.default_context() == mx.cpu(0)
    tu.set_default_context(mx.cpu(1))
    try:
        assert mx.nd.ones((1,)).context == mx.cpu(1)
        with mx.cpu(2):
            assert tu.default_context() == mx.cpu(2)
    finally:
        tu.set_default_context(mx.cpu(0))


def test_list_gpus_counts_as_num_gpus():
    assert list(tu.list_gpus()) == list(range(mx.num_gpus()))


def test_discard_stderr(capfd):
    with tu.discard_stderr():
        os.write(2, b"lost")
    os.write(2, b"kept")
    assert capfd.readouterr().err == "kept"


def test_retry():
    calls = []

    @tu.retry(3)
    def sometimes():
        calls.append(1)
        assert len(calls) == 3
        return "done"

    assert sometimes() == "done"
    with pytest.raises(AssertionError):
        tu.retry(2)(lambda: tu.checkShapes(X, X.T))()
    with pytest.raises(ArgumentError):
        tu.retry(0)


# -- checks of symbols -------------------------------------------------------------------------------------------------
A, B = mx.sym.Variable("a"), mx.sym.Variable("b")


def test_simple_forward():
    assert tu.simple_forward(A * 2, a=X).tolist() == (X * 2).tolist()
    one, two = tu.simple_forward(mx.sym.Group([A + 1, A + 2]), a=np.zeros(2))
    assert (one.tolist(), two.tolist()) == ([1, 1], [2, 2])


def test_check_symbolic_forward():
    (output,) = tu.check_symbolic_forward(A * B, [X, X], [X * X])
    assert output.shape == (2, 3)
    product = mx.sym.elemwise_mul(A, B, name="product")
    tu.check_symbolic_forward(product, {"b": X, "a": X}, {"product_output": X * X})
    with pytest.raises(AssertionError, match="EXPECTED_"):
        tu.check_symbolic_forward(A * B, [X, X], [X * X + 1])
    with pytest.raises(ArgumentError, match=r"arguments are \['a', 'b'\]"):
        tu.check_symbolic_forward(A * B, {"a": X}, [X])


@pytest.mark.parametrize("grad_req", ["write", "add", {"a": "add", "b": "write"}, ["write", "null"]])
def test_check_symbolic_backward(grad_req):
    ones = np.ones((2, 3))
    tu.check_symbolic_backward(A * B, [X, X + 1], [ones], [X + 1, X], grad_req=grad_req)
    with pytest.raises(AssertionError, match="BACKWARD_a"):
        tu.check_symbolic_backward(A * B, [X, X + 1], [ones], [X + 3, X], grad_req=grad_req)


def test_check_symbolic_backward_of_some_arguments():
    found = tu.check_symbolic_backward(A * B, [X, X + 1], [np.ones((2, 3))], {"a": X + 1})
    assert list(found) == ["a"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_check_numeric_gradient_passes(dtype):
    net = mx.sym.FullyConnected(A, num_hidden=4, name="fc")
    shapes = {"a": (3, 5), "fc_weight": (4, 5), "fc_bias": (4,)}
    location = {name: np.random.uniform(-1, 1, shape) for name, shape in shapes.items()}
    tu.check_numeric_gradient(mx.sym.tanh(net), location, dtype=dtype)
    tu.check_numeric_gradient(mx.sym.tanh(net), location, grad_nodes=["fc_weight"], dtype=dtype)
    tu.check_numeric_gradient(mx.sym.tanh(net), location, grad_nodes={"a": "add", "fc_bias": "write"}, dtype=dtype)


def test_check_numeric_gradient_with_auxiliary_states():
    net = mx.sym.BatchNorm(A, fix_gamma=False, name="bn")
    location = {"a": np.random.normal(size=(6, 3)), "bn_gamma": np.ones(3) * 1.5, "bn_beta": np.zeros(3)}
    states = {"bn_moving_mean": np.zeros(3), "bn_moving_var": np.ones(3)}
    tu.check_numeric_gradient(net, location, states, dtype="float64")
    with pytest.raises(ArgumentError, match="aux_states is missing"):
        tu.check_numeric_gradient(net, location)


def test_check_numeric_gradient_finds_a_wrong_gradient():
    wrong = mx.sym.BlockGrad(A) * A                          # says a where it should say 2a
    with pytest.raises(AssertionError, match="NUMERICAL_a"):
        tu.check_numeric_gradient(wrong, [X + 1])


def test_numeric_grad_of_a_square():
    executor = (A * A).simple_bind(mx.cpu(), a=(3,), type_dict={"a": "float64"})
    grads = tu.numeric_grad(executor, {"a": np.array([1.0, -2, 3])}, eps=2**-10, dtype=np.float64)
    assert np.allclose(grads["a"], [2, -4, 6])               # exact for a parabola
    assert executor.arg_dict["a"].asnumpy().tolist() == [1, -2, 3]


def contexts(**kinds):
    return [{"ctx": mx.cpu(i), "a": (2, 3), "type_dict": {"a": kind}} for i, kind in enumerate(kinds.values())]


def test_check_consistency():
    entries = contexts(one="float32", two="float64", three="float16")
    tanh, sigmoid = mx.sym.tanh(A, name="y"), mx.sym.sigmoid(A, name="y")
    truth = tu.check_consistency(tanh, entries)
    assert truth["a"].dtype is np.float64
    with pytest.raises(AssertionError, match="reference"):
        tu.check_consistency([tanh, sigmoid], entries[:2])
    with pytest.raises(ArgumentError, match="two entries"):
        tu.check_consistency(A, entries[:1])


@pytest.mark.parametrize("typ", ["whole", "forward"])
def test_check_speed_counts_seconds(typ):
    assert 0 < tu.check_speed(A * B, location={"a": X, "b": X}, N=2, typ=typ) < 60
    assert 0 < tu.check_speed(A * B, N=2, typ=typ, a=(2, 3), b=(2, 3)) < 60
    with pytest.raises(ArgumentError, match="'whole' or 'forward'"):
        tu.check_speed(A * B, typ="half", a=(2, 3), b=(2, 3))


def test_same_symbol_structure():
    assert tu.same_symbol_structure(A + 1, B + 2)
    assert not tu.same_symbol_structure(A + 1, mx.sym.exp(B))


def test_check_gluon_hybridize_consistency():
    def dense():
        mx.random.seed(1)
        return mx.gluon.nn.Dense(2, use_bias=False, weight_initializer=mx.init.One())

    tu.check_gluon_hybridize_consistency(dense, [mx.nd.array(X)], lambda x: x.sum(1, keepdims=True) * np.ones((1, 2)))
    with pytest.raises(AssertionError):
        tu.check_gluon_hybridize_consistency(dense, [mx.nd.array(X)], lambda x: x[:, :2])


def test_compare_optimizer():
    def adam(rate):
        return mx.optimizer.Adam(learning_rate=rate)

    tu.compare_optimizer(adam(0.1), adam(0.1), (3, 4), "float32")
    tu.compare_optimizer(adam(0.1), adam(0.1), [(3, 4), (2,)], "float32", ntensors=2)
    with pytest.raises(AssertionError):
        tu.compare_optimizer(adam(0.1), adam(0.2), (3, 4), "float32")


# -- statistics --------------------------------------------------------------------------------------------------------
def test_buckets_of_equal_probability():
    assert tu.gen_buckets_probs_with_ppf(lambda p: 2 * p, 4) == ([(0, 0.5), (0.5, 1), (1, 1.5), (1.5, 2)], [0.25] * 4)


@pytest.mark.parametrize(
    ("statistic", "freedom", "expected"),
    [  # Abramowitz and Stegun, table 26.8: percentage points of the chi-square distribution
        (3.84146, 1, 0.05), (5.99147, 2, 0.05), (18.3070, 10, 0.05), (23.2093, 10, 0.01), (2.55821, 10, 0.99),
        (140.169, 100, 0.005), (0.0, 3, 1.0),
    ],
)  # fmt: skip
def test_chi_square_distribution(statistic, freedom, expected):
    from mxlearn.test_utils.statistics import _chi_square_tail

    assert _chi_square_tail(statistic, freedom) == pytest.approx(expected, rel=1e-4)


def test_chi_square_check_counts():
    def draw(n):
        return np.array([0, 0, 1, 2] * (n // 4))

    p, observed, expected = tu.chi_square_check(draw, [0, 1, 2], [0.5, 0.25, 0.25], 400)
    assert (observed, expected) == ([200, 100, 100], [200, 100, 100])
    assert p == 1


def test_verify_generator():
    buckets, probs = tu.gen_buckets_probs_with_ppf(lambda p: p, 5)
    tu.verify_generator(lambda n: mx.nd.random.uniform(shape=n), buckets, probs, nsamples=10_000)
    with pytest.raises(AssertionError, match="fails the chi-square test: 0 of 5"):
        tu.verify_generator(lambda n: mx.nd.random.uniform(shape=n) ** 2, buckets, probs, nsamples=10_000)


def test_mean_and_variance_checks():
    draw = np.random.RandomState(0).normal
    assert tu.mean_check(lambda n: draw(1, 2, n), 1, 2, 100_000)
    assert not tu.mean_check(lambda n: draw(1.1, 2, n), 1, 2, 100_000)
    assert tu.var_check(lambda n: draw(1, 2, n), 2, 100_000)
    assert not tu.var_check(lambda n: draw(1, 2.1, n), 2, 100_000)


# -- data --------------------------------------------------------------------------------------------------------------
def test_get_mnist_without_mnist_is_the_embedded_digits_and_says_so(caplog):
    with caplog.at_level(logging.WARNING):
        digits = tu.get_mnist()
    assert "UCI digits" in caplog.text
    assert "UCI digits" in digits["source"]
    assert (digits["train_data"].shape, digits["train_data"].dtype) == ((1500, 1, 28, 28), np.float32)
    assert digits["train_data"].min() == 0
    assert digits["train_data"].max() == 1
    assert (digits["test_label"].shape, digits["test_label"].dtype) == ((297,), np.int8)


def put_mnist(home):
    folder = home / "datasets" / "mnist"
    folder.mkdir(parents=True)
    for part in ("train", "t10k"):
        images = struct.pack(">iiii", 2051, 3, 28, 28) + bytes([51]) * (3 * 28 * 28)
        labels = struct.pack(">ii", 2049, 3) + bytes([1, 2, 3])
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))


def test_get_mnist_takes_mnist_where_it_is(own_home, caplog):
    put_mnist(own_home)
    digits = tu.get_mnist()
    assert digits["train_data"].shape == (3, 1, 28, 28)
    assert digits["train_data"][0, 0, 0, 0] == np.float32(0.2)
    assert digits["test_label"].tolist() == [1, 2, 3]
    assert caplog.text == ""
    train, test = tu.get_mnist_iterator(3, (1, 28, 28))
    assert next(train).data[0].shape == (3, 1, 28, 28)
    assert sorted(next(test).label[0].asnumpy().tolist()) == [1, 2, 3]


def test_get_mnist_iterator_of_flat_images_and_parts(caplog):
    train, test = tu.get_mnist_iterator(100, (784,), num_parts=3, part_index=1)
    assert "MNIST is not here" in caplog.text
    assert next(train).data[0].shape == (100, 784)
    assert len(list(train)) == 4                             # a third of 1500, the first batch taken already
    assert len(list(test)) == 2


def test_dummy_iter_never_ends():
    dummy = tu.DummyIter(mx.io.NDArrayIter(np.arange(4), batch_size=2))
    first = next(dummy)
    assert all(next(dummy) is first for _ in range(5))


# -- data in the folder "data", archives, models -----------------------------------------------------------------------
def test_mnist_is_put_where_mnistiter_finds_it(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    tu.get_mnist_ubyte()
    assert "MNIST is not here" in caplog.text
    iterator = mx.io.MNISTIter(image="data/train-images-idx3-ubyte", label="data/train-labels-idx1-ubyte",
                              batch_size=10)
    assert iterator.next().data[0].shape == (10, 1, 28, 28)
    (tmp_path / "data" / "t10k-labels-idx1-ubyte").write_bytes(b"mine")
    tu.get_mnist_ubyte()
    assert (tmp_path / "data" / "t10k-labels-idx1-ubyte").read_bytes() == b"mine"


def test_pickles_are_refused():
    with pytest.raises(mx.MXNetError, match="never read here"):
        tu.get_mnist_pkl()


def test_cifar_becomes_records(tmp_path, monkeypatch):
    pixels = np.random.RandomState(0).randint(0, 256, (3, 32, 32, 3)).astype(np.uint8)

    def fake(train):
        return [(mx.nd.array(image, dtype="uint8"), i + 5 * train) for i, image in enumerate(pixels)]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mx.gluon.data.vision, "CIFAR10", fake)
    tu.get_cifar10()
    dataset = mx.gluon.data.vision.ImageRecordDataset("data/cifar/train.rec")
    np.testing.assert_array_equal([image.asnumpy() for image, _ in dataset], pixels)
    assert [label for _, label in dataset] == [5, 6, 7]
    assert sorted(path.name for path in (tmp_path / "data" / "cifar").iterdir()) == [
        "test.idx", "test.rec", "train.idx", "train.rec",
    ]


def test_failed_cifar_leaves_nothing(tmp_path, monkeypatch):
    def fail(train):
        raise mx.MXNetError("no network")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mx.gluon.data.vision, "CIFAR10", fail)
    with pytest.raises(mx.MXNetError, match="no network"):
        tu.get_cifar10()
    assert list((tmp_path / "data" / "cifar").iterdir()) == []


def test_archives_are_unpacked_and_removed(tmp_path):
    (tmp_path / "a.bz2").write_bytes(bz2.compress(b"content"))
    tu.get_bz2_data(str(tmp_path), "a.txt", "http://localhost/none", "a.bz2")
    assert (tmp_path / "a.txt").read_bytes() == b"content"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("folder/b.txt", "zipped")
    tu.get_zip_data(str(tmp_path), "http://localhost/none", "b.zip")
    assert (tmp_path / "folder" / "b.txt").read_text() == "zipped"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "folder"]


def test_broken_archives_are_told(tmp_path):
    (tmp_path / "a.bz2").write_bytes(b"no archive")
    with pytest.raises(mx.base.FormatError, match="no whole bzip2 file"):
        tu.get_bz2_data(str(tmp_path), "a.txt", "http://localhost/none", "a.bz2")
    assert not (tmp_path / "a.txt").exists()
    (tmp_path / "b.zip").write_bytes(b"no archive")
    with pytest.raises(mx.base.FormatError, match="no whole zip archive"):
        tu.get_zip_data(str(tmp_path), "http://localhost/none", "b.zip")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("../outside.txt", "x")
    with pytest.raises(mx.base.FormatError, match="outside of its folder"):
        tu.get_zip_data(str(tmp_path), "http://localhost/none", "c.zip")
    assert not (tmp_path.parent / "outside.txt").exists()


def test_models_are_fetched_from_given_addresses_only(tmp_path, monkeypatch):
    fetched = []
    monkeypatch.setattr(
        "mxlearn.test_utils.downloads.download", lambda url, fname, dirname: fetched.append((url, fname))
    )
    info = {"net": {"symbol": "http://host/s", "params": "http://host/p"}}
    assert tu.download_model("net", str(tmp_path), info) == (str(tmp_path / "net"), 0)
    assert fetched == [("http://host/s", "net-symbol.json"), ("http://host/p", "net-0000.params")]
    assert tu.download_model("other", str(tmp_path), info) == (None, 0)
    with pytest.raises(mx.base.ArgumentError, match="serves no models any more"):
        tu.download_model("net")


def test_im2rec_is_a_program():
    answer = subprocess.run(
        [sys.executable, tu.get_im2rec_path(), "--help"], capture_output=True, text=True, check=True
    )
    assert "--pack-label" in answer.stdout


def test_what_is_asked_of_the_machine(monkeypatch):
    assert tu.is_op_runnable() and not tu.has_tvm_ops()
    assert tu.is_aarch64_run() == (platform.machine() in ("aarch64", "arm64"))
    monkeypatch.setenv("CD_JOB", "1")
    assert tu.is_cd_run()
    monkeypatch.delenv("CD_JOB")
    assert not tu.is_cd_run()
