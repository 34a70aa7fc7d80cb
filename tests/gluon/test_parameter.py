"""Parameters: initialization, deferral, contexts, conversion, files."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, ContextError, DTypeError, MXNetError, NotFoundError, ShapeError
from mxlearn.gluon import Constant, Parameter, ParameterDict
from mxlearn.gluon.parameter import DeferredInitializationError

TWO = [mx.cpu(0), mx.cpu(1)]


def ready(shape=(2,), ctx=None, **options):
    parameter = Parameter("w", shape=shape, **options)
    parameter.initialize(mx.init.One(), ctx=ctx)
    return parameter


# -- initialization ----------------------------------------------------------------------------------------------------
def test_an_initialized_parameter_has_data_and_gradient():
    w = ready((2, 3))
    assert w.data().asnumpy().tolist() == [[1, 1, 1]] * 2
    assert w.grad().asnumpy().tolist() == [[0, 0, 0]] * 2
    assert (w.name, w.shape, w.list_ctx()) == ("w", (2, 3), [mx.cpu(0)])


def test_an_int_is_a_shape():
    assert Parameter("w", shape=3).shape == (3,)


def test_its_own_initializer_goes_before_the_default():
    w = Parameter("w", shape=(1,), init=mx.init.Constant(7))
    w.initialize(default_init=mx.init.One())
    assert w.data().asscalar() == 7
    v = Parameter("v", shape=(1,), init=mx.init.Constant(7))
    v.initialize(mx.init.Constant(3))                                    # an explicit one is for this parameter alone
    assert v.data().asscalar() == 3


def test_a_second_initialization_is_ignored_with_a_warning():
    w = ready()
    with pytest.warns(UserWarning, match="Parameter 'w' is already initialized, ignoring"):
        w.initialize(mx.init.Zero())
    assert w.data().asnumpy().tolist() == [1, 1]
    w.initialize(mx.init.Zero(), force_reinit=True)
    assert w.data().asnumpy().tolist() == [0, 0]


def test_use_before_initialization_is_an_error_that_says_what_to_do():
    w = Parameter("w", shape=(2,))
    for use in (w.data, w.grad, w.list_data, w.list_grad, w.list_ctx):
        with pytest.raises(MXNetError, match=r"'w'.*has not been initialized.*\n?.*initialize\(\)"):
            use()
    w.zero_grad()                                                        # there is nothing to do


def test_an_unknown_shape_may_be_deferred():
    w = Parameter("w", shape=(2, 0), allow_deferred_init=True)
    w.initialize(mx.init.One(), ctx=TWO)
    with pytest.raises(DeferredInitializationError, match="'w'.*shape is not known.*\n.*Run the network on a batch"):
        w.data()
    assert w.list_ctx() == TWO
    w.shape = (2, 3)
    w._finish_deferred_init()
    assert [d.shape for d in w.list_data()] == [(2, 3), (2, 3)]


def test_an_unknown_shape_is_otherwise_an_error():
    with pytest.raises(ArgumentError, match=r"'w'.*\(2, 0\) is not known.*\n.*in_units"):
        Parameter("w", shape=(2, 0)).initialize()


def test_data_given_while_deferred_is_used_instead_of_the_initializer():
    w = Parameter("w", shape=(0,), allow_deferred_init=True)
    w.initialize(mx.init.One())
    w.set_data(mx.nd.array([5, 6]))
    w._finish_deferred_init()
    assert w.data().asnumpy().tolist() == [5, 6]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupted_initialization_can_be_done_again(error):
    class Fails(mx.init.Initializer):
        def _init_weight(self, name, array):
            raise error

    w = Parameter("weight", shape=(0,), allow_deferred_init=True)
    w.initialize(Fails())
    w.shape = (2,)
    with pytest.raises(error):
        w._finish_deferred_init()
    with pytest.raises(DeferredInitializationError):
        w.data()
    w.initialize(mx.init.One(), force_reinit=True)
    assert w.data().asnumpy().tolist() == [1, 1]
    with pytest.raises(error):
        w.initialize(Fails(), force_reinit=True)
    assert w.data().asnumpy().tolist() == [1, 1]                         # what was there stays
    assert not mx.autograd.is_recording()


def test_only_unknown_dimensions_of_a_shape_may_change():
    w = Parameter("w", shape=(0, 2))
    w.shape = (3, 2)
    with pytest.raises(ShapeError, match=r"'w'.*\(3, 2\) cannot become \(3, 4\)"):
        w.shape = (3, 4)
    assert w.shape == (3, 2)


# -- contexts ----------------------------------------------------------------------------------------------------------
def test_one_copy_lives_on_each_context():
    w = ready(ctx=TWO)
    assert [d.context for d in w.list_data()] == [g.context for g in w.list_grad()] == TWO
    assert w.data(mx.cpu(1)).context == mx.cpu(1)
    with mx.cpu(1):
        assert w.data().context == mx.cpu(1)                             # of several, the current context's


def test_a_context_without_a_copy_is_an_error():
    with pytest.raises(MXNetError, match=r"'w'.*not initialized on cpu\(3\); it is on cpu\(0\), cpu\(1\)"):
        ready(ctx=TWO).data(mx.cpu(3))


def test_set_data_reaches_all_copies_or_none():
    w = ready(ctx=TWO)
    w.set_data(mx.nd.array([5, 6]))
    assert [d.asnumpy().tolist() for d in w.list_data()] == [[5, 6], [5, 6]]
    with pytest.raises(ShapeError):
        w.set_data(mx.nd.ones(3))
    assert [d.asnumpy().tolist() for d in w.list_data()] == [[5, 6], [5, 6]]
    with pytest.raises(MXNetError, match="has not been initialized"):
        Parameter("v", shape=(2,)).set_data(mx.nd.ones(2))


def test_moving_to_other_contexts_keeps_the_values():
    w = ready(ctx=TWO)
    w.set_data(mx.nd.array([5, 6]))
    w.reset_ctx(mx.cpu(2))
    assert w.list_ctx() == [mx.cpu(2)]
    assert w.data().asnumpy().tolist() == [5, 6]
    deferred = Parameter("v", shape=(0,), allow_deferred_init=True)
    deferred.initialize()
    deferred.reset_ctx(TWO)
    assert deferred.list_ctx() == TWO


# -- gradients ---------------------------------------------------------------------------------------------------------
def test_grad_req_can_be_changed():
    w = ready()
    w.grad_req = "null"
    assert w.data().grad is None
    with pytest.raises(MXNetError, match="'w'.*grad_req is 'null'"):
        w.grad()
    w.grad_req = "add"
    for _ in range(2):
        with mx.autograd.record():
            loss = (w.data() * 3).sum()
        loss.backward()
    assert w.grad().asnumpy().tolist() == [6, 6]
    w.zero_grad()
    assert w.grad().asnumpy().tolist() == [0, 0]
    with pytest.raises(ArgumentError, match="'foo'"):
        w.grad_req = "foo"


def test_a_state_is_never_differentiated():
    state = ready(differentiable=False)
    assert state.grad_req == "null"
    state.grad_req = "write"
    assert state.grad_req == "null"


def test_cast_converts_data_and_gradient():
    w = ready()
    with mx.autograd.record():
        loss = (w.data() * 3).sum()
    loss.backward()
    w.cast("float64")
    assert (w.data().dtype, w.grad().dtype, w.var().attr("__dtype__")) == (np.float64, np.float64, "1")
    assert w.grad().asnumpy().tolist() == [3, 3]


def test_a_failing_cast_changes_nothing():
    w = ready()
    with pytest.raises(MXNetError):
        w.cast("float99")
    assert (w.dtype, w.data().dtype) == (np.float32, np.float32)


def test_the_variable_of_a_parameter_carries_its_description():
    w = Parameter("w", shape=(2, 0), lr_mult=2, wd_mult=3, init=mx.init.One())
    assert w.var().name == "w"
    assert w.var().attr_dict()["w"] == {
        "__shape__": "(2, 0)", "__lr_mult__": "2", "lr_mult": "2", "__wd_mult__": "3", "wd_mult": "3",
        "__dtype__": "0", "__init__": '["one", {}]', "__storage_type__": "0",
    }  # fmt: skip
    assert w.var() is w.var()


def test_how_they_are_written():
    assert repr(Parameter("w", shape=(2, 3))) == "Parameter w (shape=(2, 3), dtype=<class 'numpy.float32'>)"
    assert repr(Parameter("w", dtype="float16")) == "Parameter w (shape=None, dtype=float16)"


# -- Constant ----------------------------------------------------------------------------------------------------------
def test_a_constant_has_its_value_and_no_gradient():
    c = Constant("c", [[1, 2]])
    c.initialize(mx.init.Zero())
    assert c.data().asnumpy().tolist() == [[1, 2]]
    assert c.grad_req == "null"
    with pytest.warns(UserWarning, match='Constant parameter "c" does not support grad_req'):
        c.grad_req = "write"
    assert c.data().grad is None


# -- ParameterDict -----------------------------------------------------------------------------------------------------
def test_get_makes_a_parameter_once():
    params = ParameterDict("net_")
    w = params.get("w", shape=(2, 0))
    assert w.name == "net_w"
    assert params.get("w", shape=(0, 3)) is w
    assert w.shape == (2, 3)                                             # what both say together
    assert list(params) == list(params.keys()) == ["net_w"]
    assert params["net_w"] is w and "net_w" in params and len(params) == 1


def test_get_refuses_contradictions():
    params = ParameterDict("net_")
    params.get("w", shape=(2, 2), dtype="float16")
    with pytest.raises(MXNetError, match=r"'net_w': exists with shape=\(2, 2\) and cannot be had with shape=\(3, 3\)"):
        params.get("w", shape=(3, 3))
    with pytest.raises(MXNetError, match="exists with dtype"):
        params.get("w", dtype="float32")


def test_a_shared_dictionary_lends_its_parameters():
    owner = ParameterDict("net_")
    w = owner.get("w", shape=(2,))
    borrower = ParameterDict("net_", shared=owner)
    assert borrower.get("w") is w
    assert borrower.get("other", shape=(1,)) is not None and "net_other" not in owner


def test_constants_are_kept_by_value():
    params = ParameterDict("net_")
    c = params.get_constant("c", [1, 2])
    assert params.get_constant("c") is params.get_constant("c", mx.nd.array([1, 2])) is c
    with pytest.raises(MXNetError, match="'net_c': exists with another value"):
        params.get_constant("c", [1, 3])
    with pytest.raises(NotFoundError, match="no constant 'net_d'; give its value"):
        params.get_constant("d")
    params.get("w", shape=(1,))
    with pytest.raises(MXNetError, match="'net_w': exists, but is no Constant"):
        params.get_constant("w", [1])


def test_update_refuses_two_parameters_of_one_name():
    a, b = ParameterDict("x_"), ParameterDict("x_")
    a.get("w", shape=(1,)), b.get("v", shape=(1,)), b.get("w", shape=(1,))
    with pytest.raises(MXNetError, match="two different parameters have the name 'x_w'"):
        a.update(b)
    assert list(a) == ["x_w"]                                            # nothing was taken over


def test_a_missing_parameter_is_named():
    params = ParameterDict("net_")
    params.get("weight", shape=(1,))
    with pytest.raises(NotFoundError, match="no parameter 'net_wieght'. Did you mean 'net_weight'"):
        params["net_wieght"]


def test_all_parameters_at_once():
    params = ParameterDict("net_")
    params.get("w", shape=(2,)), params.get("b", shape=(1,))
    params.initialize(mx.init.One(), ctx=TWO)
    assert params.list_ctx() == TWO
    params.setattr("lr_mult", 5)
    assert [p.lr_mult for p in params.values()] == [5, 5]
    params.reset_ctx(mx.cpu(0))
    params.zero_grad()
    assert [p.grad().asnumpy().sum() for p in params.values()] == [0, 0]
    assert repr(params) == (
        "net_ (\n  Parameter net_w (shape=(2,), dtype=<class 'numpy.float32'>)\n"
        "  Parameter net_b (shape=(1,), dtype=<class 'numpy.float32'>)\n)"
    )


# -- files -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def params():
    params = ParameterDict("net_")
    params.get("a", shape=(2,)), params.get("b", shape=(2,)), params.get("c", shape=(2,))
    params.initialize(mx.init.One())
    return params


def values(params):
    return {name: p.data().asnumpy().tolist() for name, p in params.items()}


def test_parameters_come_back_from_a_file(params, tmp_path):
    params["net_b"].set_data(mx.nd.array([5, 6]))
    params.save(tmp_path / "x", strip_prefix="net_")
    assert list(mx.nd.load(tmp_path / "x")) == ["a", "b", "c"]
    params.initialize(mx.init.Zero(), force_reinit=True)
    params.load(tmp_path / "x", restore_prefix="net_")
    assert values(params) == {"net_a": [1, 1], "net_b": [5, 6], "net_c": [1, 1]}
    with pytest.raises(ArgumentError, match="'net_a' does not begin with 'other_'"):
        params.save(tmp_path / "x", strip_prefix="other_")


def test_parameters_come_back_from_a_dict(params):
    params.load_dict({"arg:net_a": mx.nd.zeros(2), "aux:net_b": mx.nd.zeros(2), "net_c": mx.nd.zeros(2)})
    assert values(params) == {"net_a": [0, 0], "net_b": [0, 0], "net_c": [0, 0]}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"net_c": None}, NotFoundError, "'net_c' is missing in the file"),
        ({"net_d": mx.nd.ones(1)}, NotFoundError, "'net_d' of the file is not in the network"),
        ({"net_c": mx.nd.zeros(3)}, ShapeError, r"'net_c': has shape \(2,\), but the file holds \(3,\)"),
        ({"net_c": mx.nd.zeros(2, dtype="float64")}, DTypeError, "'net_c': has dtype float32, but the file .* float64"),
    ],
)
def test_nothing_is_loaded_if_one_does_not_fit(params, tmp_path, change, error, message):
    arrays = {"net_a": mx.nd.zeros(2), "net_b": mx.nd.zeros(2), "net_c": mx.nd.zeros(2), **change}
    mx.nd.save(tmp_path / "x", {name: a for name, a in arrays.items() if a is not None})
    with pytest.raises(error, match=message):
        params.load(tmp_path / "x")
    assert values(params) == {"net_a": [1, 1], "net_b": [1, 1], "net_c": [1, 1]}


def test_missing_and_additional_parameters_are_accepted_on_request(params, tmp_path):
    mx.nd.save(tmp_path / "x", {"net_a": mx.nd.zeros(2), "other": mx.nd.zeros(9)})
    params.load(tmp_path / "x", allow_missing=True, ignore_extra=True)
    assert values(params) == {"net_a": [0, 0], "net_b": [1, 1], "net_c": [1, 1]}


def test_dtypes_are_converted_on_request(tmp_path):
    w = ready()
    mx.nd.save(tmp_path / "x", {"w": mx.nd.array([3, 4], dtype="float64")})
    params = ParameterDict()
    params._params["w"] = w
    params.load(tmp_path / "x", cast_dtype=True)
    assert (w.data().dtype, w.data().asnumpy().tolist()) == (np.float32, [3, 4])
    params.load(tmp_path / "x", cast_dtype=True, dtype_source="saved")
    assert (w.data().dtype, w.grad().dtype) == (np.float64, np.float64)


def test_a_file_cannot_move_parameters_to_another_context(params, tmp_path):
    params.save(tmp_path / "x")
    message = r"is initialized on cpu\(0\), and cannot be loaded on cpu\(1\).*\n.*reset_ctx"
    with pytest.raises(ContextError, match=message):
        params.load(tmp_path / "x", ctx=mx.cpu(1))


def test_a_file_without_names_is_an_error(params, tmp_path):
    mx.nd.save(tmp_path / "x", [mx.nd.ones(2)])
    with pytest.raises(MXNetError, match="no names"):
        params.load(tmp_path / "x")


def test_copies_on_several_contexts_are_saved_as_their_mean(tmp_path):
    params = ParameterDict()
    w = params.get("w", shape=(1,))
    w.initialize(mx.init.One(), ctx=TWO)
    w.data(mx.cpu(1))[:] = 4
    params.save(tmp_path / "x")
    assert mx.nd.load(tmp_path / "x")["w"].asscalar() == 2.5


def test_unknown_dimensions_are_shown_as_the_mode_shows_them():
    layer = mx.gluon.nn.Dense(3)
    assert (layer.weight.shape, repr(layer)) == ((3, 0), "Dense(None -> 3, linear)")
    with mx.util.np_shape(True):
        assert (layer.weight.shape, repr(layer)) == ((3, -1), "Dense(-1 -> 3, linear)")
        parameter = mx.gluon.Parameter("w", shape=(-1, 2))
        assert repr(parameter) == "Parameter w (shape=(-1, 2), dtype=<class 'numpy.float32'>)"
        parameter.shape = (4, 2)
    assert parameter.shape == (4, 2)
