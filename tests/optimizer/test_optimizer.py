"""Optimizers: the registry, learning rates and decay per weight, counting, states, and each family's first step."""
import copy

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import optimizer as opt


class Parameter:
    """What an optimizer reads of a gluon Parameter."""

    lr_mult = 0.5
    wd_mult = 0.25


def step(optimizer, weight=(1.0, 2.0), grad=(0.5, -0.25), dtype="float32"):
    """Return weight and state after one update from those of MXNet's tutorials."""
    w = mx.nd.array(weight, dtype=dtype)
    state = optimizer.create_state_multi_precision(0, w)
    optimizer.update_multi_precision(0, w, mx.nd.array(grad, dtype=dtype), state)
    return w.asnumpy(), state


# -- the registry ------------------------------------------------------------------------------------------------------
MXNET_OPTIMIZERS = (
    "sgd signum ftml lars lbsgd lamb dcasgd nag sgld ccsgd adam adagrad rmsprop adadelta ftrl adamax nadam test "
    "groupadagrad"
)


@pytest.mark.parametrize("name", MXNET_OPTIMIZERS.split())
def test_every_optimizer_of_mxnet_is_created_by_name(name):
    assert type(opt.create(name.upper(), wd=0.1)).__name__.lower() == name


def test_unknown_optimizer_is_a_value_error_with_the_nearest_name():
    with pytest.raises(ValueError, match=r"Cannot find optimizer adagrd.*'adagrad'"):
        opt.create("adagrd")


def test_registering_over_a_known_name_warns():
    known = opt.Optimizer.opt_registry["nag"]
    try:
        with pytest.warns(UserWarning, match="overriding existing optimizer"):
            opt.register(type("NAG", (opt.SGD,), {}))
    finally:
        opt.Optimizer.opt_registry["nag"] = known


def test_unknown_argument_is_a_type_error():
    with pytest.raises(TypeError):
        opt.SGD(momentun=0.9)


# -- learning rate and weight decay ------------------------------------------------------------------------------------
def test_biases_and_betas_do_not_decay():
    names = {0: "fc_weight", 1: "fc_bias", 2: "bn_gamma", 3: "bn_beta"}
    sgd = opt.SGD(param_idx2name=names, wd=0.1)
    assert sgd._get_wds([0, 1, 2, 3]) == [0.1, 0.0, 0.1, 0.0]


def test_lars_decays_weights_alone():
    lars = opt.LARS(param_idx2name={0: "fc_weight", 1: "bn_gamma"}, wd=0.1)
    assert lars._get_wds([0, 1]) == [0.1, 0.0]


def test_multipliers_are_found_by_index_and_by_name():
    sgd = opt.SGD(param_idx2name={0: "a_weight", 1: "b_weight"}, learning_rate=1.0, wd=1.0)
    sgd.set_lr_mult({0: 2.0, "b_weight": 3.0})
    sgd.set_wd_mult({"a_weight": 4.0})
    assert sgd._get_lrs([0, 1, 2]) == [2.0, 3.0, 1.0]
    assert sgd._get_wds([0, 1]) == [4.0, 1.0]


def test_multipliers_of_a_parameter_take_precedence():
    sgd = opt.SGD(param_dict={0: Parameter()}, learning_rate=1.0, wd=1.0)
    sgd.set_lr_mult({0: 9.0})
    assert (sgd._get_lr(0), sgd._get_wd(0)) == (0.5, 0.25)


def test_multipliers_of_a_symbol_are_honored():
    weight = mx.sym.Variable("fc_weight", lr_mult=0.5, wd_mult=0.25)
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), weight=weight, num_hidden=2, name="fc")
    sgd = opt.SGD(sym=net, param_idx2name={0: "fc_weight", 1: "fc_bias"}, learning_rate=1.0, wd=1.0)
    assert sgd._get_lrs([0, 1]) == [0.5, 1.0]
    assert sgd._get_wds([0, 1]) == [0.25, 0.0]


def test_learning_rate_can_be_set_unless_a_scheduler_decides_it():
    sgd = opt.SGD(learning_rate=0.3)
    sgd.set_learning_rate(5)
    assert sgd.learning_rate == 5
    scheduled = opt.SGD(lr_scheduler=mx.lr_scheduler.FactorScheduler(3, 0.5))
    with pytest.raises(UserWarning, match="LRScheduler"):
        scheduled.set_learning_rate(2)


def test_learning_rate_replaces_the_schedulers_base_with_a_warning():
    schedule = mx.lr_scheduler.FactorScheduler(3, 0.5)
    with pytest.warns(UserWarning, match="overwritten"):
        opt.SGD(learning_rate=0.3, lr_scheduler=schedule)
    assert schedule.base_lr == 0.3


def test_names_must_be_a_dict():
    with pytest.raises(ValueError, match="param_idx2name should be a dict"):
        opt.SGD(param_idx2name=["w"])


# -- counting ----------------------------------------------------------------------------------------------------------
def test_num_update_is_the_largest_count():
    sgd = opt.SGD(begin_num_update=10)
    sgd._update_count([0, 1])
    sgd._update_count(0)
    assert (sgd.num_update, sgd._index_update_count) == (12, {0: 12, 1: 11})


def test_each_device_counts_for_itself():
    sgd = opt.SGD()
    sgd._update_count(0)
    sgd._set_current_context(1)
    sgd._update_count(0)
    assert (sgd.num_update, sgd._all_index_update_counts) == (1, {0: {0: 1}, 1: {0: 1}})


def test_copies_drop_parameters_and_keep_counting():
    sgd = opt.SGD(param_dict={0: Parameter()})
    sgd._update_count(0)
    twin = copy.deepcopy(sgd)
    twin._update_count(0)
    assert (twin.param_dict, twin.num_update, sgd.num_update) == ({}, 2, 1)


# -- one step of each, by hand -----------------------------------------------------------------------------------------
def test_sgd_steps_along_the_gradient_plus_decay():
    new, state = step(opt.SGD(learning_rate=0.5, wd=0.1, rescale_grad=2.0, clip_gradient=0.8))
    assert state is None
    np.testing.assert_allclose(new, [1 - 0.5 * (0.8 + 0.1), 2 - 0.5 * (-0.5 + 0.2)], rtol=1e-6)


def test_sgd_momentum_accumulates():
    sgd = opt.SGD(learning_rate=0.5, momentum=0.5)
    w, g = mx.nd.array([1.0]), mx.nd.array([1.0])
    mom = sgd.create_state(0, w)
    for expected in (0.5, -0.25, -1.125):
        sgd.update(0, w, g, mom)
        assert w.asscalar() == expected


def test_clip_gradient_of_zero_means_none():
    new, _ = step(opt.SGD(learning_rate=1.0, clip_gradient=0))
    np.testing.assert_allclose(new, [0.5, 2.25])


def test_nag_with_decay_follows_its_formula():
    """MXNet 1.9.1 lets the decay of the momentum read the weight that it has just written."""
    nag = opt.NAG(learning_rate=0.1, momentum=0.9, wd=0.1)
    w, g, mom = np.array([1.0, 2.0]), np.array([0.5, 0.3]), np.zeros(2)
    weight, state = mx.nd.array(w), mx.nd.zeros((2,))
    for _ in range(3):
        nag.update(0, weight, mx.nd.array(g), state)
        slope = g + 0.1 * w
        mom = 0.9 * mom + slope
        w = w - 0.1 * (slope + 0.9 * mom)
    np.testing.assert_allclose(weight.asnumpy(), w, rtol=1e-5)


def test_first_step_of_adam_has_the_length_of_the_learning_rate():
    new, _ = step(opt.Adam(learning_rate=0.1))
    np.testing.assert_allclose(new, [0.9, 2.1], rtol=1e-5)


def test_first_step_of_adamax_has_the_length_of_the_learning_rate():
    new, _ = step(opt.Adamax(learning_rate=0.1))
    np.testing.assert_allclose(new, [0.9, 2.1], rtol=1e-5)


def test_signum_steps_by_the_learning_rate():
    new, _ = step(opt.Signum(learning_rate=0.25))
    np.testing.assert_allclose(new, [0.75, 2.25])


def test_group_adagrad_gives_a_row_one_learning_rate():
    adagrad = opt.create("groupadagrad", learning_rate=1.0, eps=0.0)
    w = mx.nd.zeros((2, 2))
    history = adagrad.create_state(0, w)
    adagrad.update(0, w, mx.nd.array([[1.0, 7.0], [3.0, 3.0]]), history)
    np.testing.assert_allclose(w.asnumpy(), [[-0.2, -1.4], [-1.0, -1.0]], rtol=1e-6)
    np.testing.assert_allclose(history.asnumpy(), [[25.0], [9.0]])
    with pytest.raises(mx.base.ShapeError, match="rows, columns"):
        adagrad.create_state(0, mx.nd.zeros((2,)))


def test_lars_scales_the_step_to_the_weights_norm():
    new, _ = step(opt.LARS(learning_rate=1.0, eta=0.1), weight=(3.0, 4.0), grad=(0.0, 2.0))
    np.testing.assert_allclose(new, [3.0, 4.0 - 0.1 * 5 / 2 * 2.0], rtol=1e-6)


def test_lars_leaves_biases_to_plain_momentum():
    new, _ = step(opt.LARS(learning_rate=1.0, eta=0.1, param_idx2name={0: "fc_bias"}), grad=(0.5, 0.0))
    np.testing.assert_allclose(new, [0.5, 2.0])


def test_lars_corrects_momentum_for_each_weight_where_the_learning_rate_falls():
    schedule = mx.lr_scheduler.FactorScheduler(1, 0.5, base_lr=1.0)
    lars = opt.LARS(lr_scheduler=schedule, momentum=0.5, param_idx2name={0: "a_bias", 1: "b_bias"})
    weights = [mx.nd.zeros((1,)) for _ in range(2)]
    states = [lars.create_state(i, w) for i, w in enumerate(weights)]
    for _ in range(2):
        for i in range(2):
            lars.update(i, weights[i], mx.nd.ones((1,)), states[i])
    # step 1: -1. Step 2, at half the rate: 0.5 * 0.5 * (-1) - 0.5
    assert [w.asscalar() for w in weights] == [-1.75, -1.75]


def test_lamb_scales_the_step_to_the_weights_norm():
    new, _ = step(opt.LAMB(learning_rate=0.1, epsilon=0.0), weight=(3.0, 4.0), grad=(1.0, -1.0))
    np.testing.assert_allclose(new, np.array([3.0, 4.0]) - 0.1 * 5 / np.sqrt(2) * np.array([1, -1]), rtol=1e-5)


def test_lbsgd_waits_for_a_whole_large_batch():
    lbsgd = opt.LBSGD(learning_rate=1.0, batch_scale=2, warmup_epochs=0)
    w = mx.nd.zeros((1,))
    seen = []
    for grad in (1.0, 3.0, 5.0, 5.0):
        lbsgd.update(0, w, mx.nd.array([grad]), None)
        seen.append(w.asscalar())
    # the mean of two gradients, times 2, the warmed-up learning rate
    assert seen == [0.0, -4.0, -4.0, -14.0]


@pytest.mark.parametrize(("strategy", "factor"), [("linear", 1.9), ("power2", 1.27), ("sqrt", 2.6431676725154984)])
def test_lbsgd_warms_up(strategy, factor):
    lbsgd = opt.LBSGD(warmup_strategy=strategy, batch_scale=4, warmup_epochs=2, updates_per_epoch=5)
    assert lbsgd._get_lbmult(3) == pytest.approx(factor)
    assert lbsgd._get_lbmult(10) == 4.0


def test_sgld_adds_noise_of_the_learning_rates_root():
    mx.random.seed(3)
    new, _ = step(opt.SGLD(learning_rate=0.01), weight=np.zeros(20000), grad=np.ones(20000))
    assert new.mean() == pytest.approx(-0.005, abs=0.003)
    assert new.std() == pytest.approx(0.1, rel=0.03)


def test_test_optimizer_adds_and_remembers():
    new, state = step(opt.Test(rescale_grad=2.0))
    np.testing.assert_allclose(new, [2.0, 1.5])
    np.testing.assert_allclose(state.asnumpy(), new)


# -- precision ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["sgd", "nag", "adam", "lamb", "lars", "lbsgd", "rmsprop", "ftrl"])
def test_multi_precision_collects_steps_that_float16_cannot_hold(name):
    optimizer = opt.create(name, learning_rate=1e-5, multi_precision=True)
    low = mx.nd.ones((4,), dtype="float16")
    exact = mx.nd.ones((4,))
    state = optimizer.create_state_multi_precision(0, low)
    twin = opt.create(name, learning_rate=1e-5)
    exact_state = twin.create_state(0, exact)
    for _ in range(3):
        optimizer.update_multi_precision(0, low, mx.nd.ones((4,), dtype="float16"), state)
        twin.update(0, exact, mx.nd.ones((4,)), exact_state)
    master = next(s for s in state if isinstance(s, mx.nd.NDArray) and s.dtype == np.float32 and s.asnumpy().any())
    assert low.dtype == np.float16
    if name in ("sgd", "nag", "lars", "lbsgd"):
        master = state[1]
    np.testing.assert_allclose(master.asnumpy(), exact.asnumpy(), rtol=1e-6)


def test_float16_without_master_copy_warns():
    with pytest.warns(UserWarning, match="multi_precision=True"):
        opt.SGD().create_state_multi_precision(0, mx.nd.ones((2,), dtype="float16"))


def test_float64_uses_hyperparameters_as_given():
    """MXNet 1.9.1 rounds them to float32 first."""
    new, _ = step(opt.SGD(learning_rate=0.1), weight=[1.0], grad=[1.0], dtype="float64")
    assert new[0] == 1.0 - 0.1


# -- nothing half-updated ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", MXNET_OPTIMIZERS.split())
def test_gradient_of_another_shape_changes_nothing(name):
    optimizer = opt.create(name)
    w = mx.nd.ones((2, 3))
    state = optimizer.create_state(0, w)
    with pytest.raises(mx.base.ShapeError, match=r"\(2, 3\).*\(3,\)"):
        optimizer.update(0, w, mx.nd.ones((3,)), state)
    assert (w.asnumpy() == 1).all()
    assert optimizer.num_update == 0


def test_lists_are_checked_before_the_first_weight_changes():
    sgd = opt.SGD()
    weights = [mx.nd.ones((2,)), mx.nd.ones((3,))]
    with pytest.raises(mx.base.ShapeError):
        sgd.update([0, 1], weights, [mx.nd.ones((2,)), mx.nd.ones((2,))], [None, None])
    assert (weights[0].asnumpy() == 1).all()


def test_update_writes_into_the_same_array():
    base = mx.nd.zeros((2, 2))
    row = base[0]
    opt.SGD(learning_rate=1.0).update(0, row, mx.nd.ones((2,)), None)
    assert base.asnumpy().tolist() == [[-1.0, -1.0], [0.0, 0.0]]


@pytest.mark.parametrize("shape", [(3,), (2, 1), (1, 2, 3)])
def test_operator_with_an_out_of_another_shape_changes_no_state(shape):
    weight, grad, mom = mx.nd.ones((2, 3)), mx.nd.ones((2, 3)), mx.nd.zeros((2, 3))
    with pytest.raises(mx.base.ShapeError):
        mx.nd.sgd_mom_update(weight, grad, mom, lr=0.1, momentum=0.9, out=mx.nd.zeros(shape))
    assert (mom.asnumpy() == 0).all()


@pytest.mark.parametrize("which", range(3))
def test_operator_whose_inputs_differ_in_shape_changes_nothing(which):
    arrays = [mx.nd.ones((2, 3)) for _ in range(3)]
    arrays[which] = mx.nd.ones((3,))
    with pytest.raises(mx.base.ShapeError):
        mx.nd.sgd_mom_update(*arrays, lr=0.1, momentum=0.9, out=arrays[0])
    assert all((array.asnumpy() == 1).all() for array in arrays)
