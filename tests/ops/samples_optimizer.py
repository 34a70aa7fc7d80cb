"""Samples of the update operators: a usual shape, a scalar-like one, and one of size 0."""
import numpy as np

from .sampling import Sample, samples

SHAPES = ((3, 4), (1,), (0, 2))
COMMON = ({}, {"wd": 0.1, "rescale_grad": 0.5, "clip_gradient": 0.3})

# operator: (its states, of which the letter p asks for positive values; attributes)
STATES = {
    "sgd_update": ("", {"lr": 0.1}),
    "sgd_mom_update": ("n", {"lr": 0.1, "momentum": 0.9}),
    "nag_mom_update": ("n", {"lr": 0.1, "momentum": 0.9}),
    "signsgd_update": ("", {"lr": 0.1}),
    "signum_update": ("n", {"lr": 0.1, "momentum": 0.9, "wd_lh": 0.2}),
    "_dcasgd_update": ("n", {"lr": 0.1}),
    "_dcasgd_mom_update": ("nn", {"lr": 0.1, "momentum": 0.9}),
    "adam_update": ("np", {"lr": 0.1}),
    "_adamax_update": ("np", {"lr": 0.1}),
    "_nadam_update": ("np", {"lr": 0.1, "grad_coefficient": 0.5, "mean_coefficient": 1.2, "var_correction": 0.3}),
    "ftml_update": ("ppn", {"lr": 0.1, "t": 3}),
    "ftrl_update": ("np", {"lr": 0.1, "lamda1": 0.5, "beta": 0.7}),
    "rmsprop_update": ("p", {"lr": 0.1, "clip_weights": 0.5}),
    "rmspropalex_update": ("ppn", {"lr": 0.1, "epsilon": 9.0}),
    "_sparse_adagrad_update": ("p", {"lr": 0.1}),
    "_adadelta_update": ("pp", {}),
    "lamb_update_phase1": ("np", {"t": 3, "wd": 0.0}),
}
MULTI_PRECISION = {
    "mp_sgd_update": ("", {"lr": 0.1}),
    "mp_sgd_mom_update": ("n", {"lr": 0.1, "momentum": 0.9}),
    "mp_nag_mom_update": ("n", {"lr": 0.1, "momentum": 0.9}),
    "mp_lamb_update_phase1": ("np", {"t": 3, "wd": 0.0}),
}


def _options(name, attrs, common):
    common = dict(common)
    if name == "ftml_update" and "clip_gradient" in common:
        common["clip_grad"] = common.pop("clip_gradient")
    return {**attrs, **common}


def _draw(rng, shape, kinds, dtype="float64"):
    arrays = [rng.normal(size=shape).astype(dtype) for _ in kinds]
    return [np.abs(array) if kind == "p" else array for array, kind in zip(arrays, kinds, strict=True)]


def _register(name, states, attrs):
    @samples(name)
    def _(rng):
        for shape in SHAPES:
            for common in COMMON:
                yield Sample(_draw(rng, shape, "nn" + states), _options(name, attrs, common))


def _register_multi_precision(name, states, attrs):
    @samples(name)
    def _(rng):
        for shape in SHAPES:
            for common in COMMON:
                low = _draw(rng, shape, "nn", "float16")
                single = _draw(rng, shape, states, "float32")
                yield Sample([*low, *single, low[0].astype("float32")], {**attrs, **common})


for _name, (_states, _attrs) in STATES.items():
    _register(_name, _states, _attrs)
for _name, (_states, _attrs) in MULTI_PRECISION.items():
    _register_multi_precision(_name, _states, _attrs)


@samples("_contrib_group_adagrad_update")
def _(rng):
    for rows, columns in ((3, 4), (1, 1), (0, 2)):
        weight, grad = _draw(rng, (rows, columns), "nn")
        yield Sample([weight, grad, np.abs(rng.normal(size=(rows, 1)))], {"lr": 0.1, "clip_gradient": 0.3})


@samples("lamb_update_phase2")
def _(rng):
    for shape in SHAPES:
        for bounds in ({}, {"lower_bound": 0.5, "upper_bound": 2.0}):
            yield Sample([*_draw(rng, shape, "nn"), np.array([3.0]), np.array([2.0])], {"lr": 0.1, **bounds})
    yield Sample([*_draw(rng, (2,), "nn"), np.array([0.0]), np.array([2.0])], {"lr": 0.1})


@samples("mp_lamb_update_phase2")
def _(rng):
    for shape in SHAPES:
        (weight,) = _draw(rng, shape, "n", "float16")
        (g,) = _draw(rng, shape, "n", "float32")
        norms = [np.array([3.0], "float32"), np.array([2.0], "float32")]
        yield Sample([weight, g, *norms, weight.astype("float32")], {"lr": 0.1})


@samples("multi_lars")
def _(rng):
    for layers in (1, 3, 0):
        lrs, weights, grads, wds = _draw(rng, (layers,), "pppp")
        yield Sample([lrs, weights, grads, wds], {"eta": 0.1, "eps": 0.01, "rescale_grad": 0.5})
    yield Sample([np.ones(2), np.array([0.0, 4.0]), np.array([4.0, 0.0]), np.ones(2)], {"eta": 0.1, "eps": 0.0})


@samples("multi_sum_sq")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=4)], {"num_arrays": 2})
    yield Sample([rng.normal(size=(1,))], {"num_arrays": 1})
    yield Sample([rng.normal(size=(0, 3))], {"num_arrays": 1})


@samples("multi_sgd_update")
def _(rng):
    two = {"lrs": (0.1, 0.2), "wds": (0, 0.1), "num_weights": 2}
    yield Sample([*_draw(rng, (2, 3), "nn"), *_draw(rng, (4,), "nn")], two)
    yield Sample(_draw(rng, (3,), "nn"), {"lrs": (0.1,), "wds": (0.0,), "clip_gradient": 0.3})
    yield Sample(_draw(rng, (0, 2), "nn"), {"lrs": (0.1,), "wds": (0.5,)})
