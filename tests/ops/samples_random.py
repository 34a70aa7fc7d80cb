"""Samples of the operators in ops/creation.py, random.py and sample.py."""
import numpy as np

from .sampling import Sample, samples


# -- creation.py -------------------------------------------------------------------------------------------------------
@samples("_zeros", "_ones")
def _(rng):
    yield Sample([], {"shape": (2, 3)})
    yield Sample([], {"shape": 4, "dtype": "int64"})
    yield Sample([], {"shape": (0, 3), "dtype": "bool"})


@samples("_full")
def _(rng):
    yield Sample([], {"shape": (2, 3), "value": 1.5})
    yield Sample([], {"shape": (2,), "value": 3.7, "dtype": "int32"})
    yield Sample([], {"shape": (2,), "value": -1, "dtype": "uint8"})
    yield Sample([], {"shape": (0,), "value": 1})


@samples("_arange")
def _(rng):
    yield Sample([], {"start": 5})
    yield Sample([], {"start": 0.5, "stop": 2, "step": 0.5, "repeat": 2})
    yield Sample([], {"start": 5, "stop": 0, "step": -2, "dtype": "int32"})
    yield Sample([], {"start": 0, "stop": 1, "step": 0.1})
    yield Sample([], {"start": 3, "stop": 1})


@samples("_linspace")
def _(rng):
    yield Sample([], {"start": 0, "stop": 1, "num": 5})
    yield Sample([], {"start": 0, "stop": 1, "num": 5, "endpoint": False, "dtype": "float64"})
    yield Sample([], {"start": 0, "stop": 5, "num": 4, "dtype": "int32"})
    yield Sample([], {"start": 5, "stop": 0, "num": 1})
    yield Sample([], {"start": 5, "stop": 0, "num": 0})


@samples("_eye")
def _(rng):
    yield Sample([], {"N": 3})
    yield Sample([], {"N": 3, "M": 2, "k": 1})
    yield Sample([], {"N": 3, "k": -1, "dtype": "int32"})
    yield Sample([], {"N": 0})


@samples("_contrib_arange_like")
def _(rng):
    yield Sample([rng.normal(size=(2, 3))])
    yield Sample([rng.normal(size=(2, 3))], {"axis": -1, "start": 2, "step": 0.5})
    yield Sample([rng.integers(0, 9, size=(2, 4), dtype="int32")], {"repeat": 2})
    yield Sample([rng.normal(size=(0, 3))])


@samples("_empty")
def _(rng):
    yield Sample([], {"shape": (0, 3)})
    yield Sample([], {"shape": (0,), "dtype": "int8"})
    yield Sample([], {"shape": (2, 0)})


# -- random.py ---------------------------------------------------------------------------------------------------------
PARAMETERS = {
    "uniform": {"low": -1.0, "high": 3.0},
    "normal": {"loc": 2.0, "scale": 0.5},
    "gamma": {"alpha": 2.0, "beta": 0.5},
    "exponential": {"lam": 2.0},
    "poisson": {"lam": 3.0},
    "negative_binomial": {"k": 3, "p": 0.4},
    "generalized_negative_binomial": {"mu": 3.0, "alpha": 0.4},
}


def _register(name, attrs):
    @samples(f"_random_{name}")
    def _(rng):
        yield Sample([])
        yield Sample([], {**attrs, "shape": (2, 3)})
        yield Sample([], {**attrs, "shape": (4,), "dtype": "float64"})
        yield Sample([], {**attrs, "shape": (4,), "dtype": "float16"})
        yield Sample([], {**attrs, "shape": (0, 3)})

    @samples(f"_random_{name}_like")
    def _(rng):
        yield Sample([np.zeros((2, 3))], attrs)
        yield Sample([np.zeros((2, 3), "float32")], attrs)
        yield Sample([np.zeros((0, 3), "float16")])

    @samples(f"_sample_{name}")
    def _(rng):
        values = list(attrs.values())
        yield Sample([np.full((2,), value) for value in values])
        yield Sample([np.full((2, 1), value, "float32") for value in values], {"shape": (3,)})
        yield Sample([np.full((2,), value) for value in values], {"shape": (1, 2), "dtype": "float64"})
        yield Sample([np.full((0,), value) for value in values], {"shape": (2,)})


for _name, _attrs in PARAMETERS.items():
    _register(_name, _attrs)


@samples("_random_randint")
def _(rng):
    yield Sample([], {"low": 3, "high": 9})
    yield Sample([], {"low": -3, "high": 9, "shape": (2, 3), "dtype": "int64"})
    yield Sample([], {"low": 3, "high": 4, "shape": (0,)})


# -- sample.py ---------------------------------------------------------------------------------------------------------
@samples("_sample_multinomial")
def _(rng):
    table = np.array([[0.0, 0.5, 0.5], [1.0, 0.0, 0.0]])
    constant = {"differentiable": (), "reason": "what is drawn is constant"}
    yield Sample([table], **constant)
    yield Sample([table], {"shape": (4,), "dtype": "float32"}, **constant)
    yield Sample([table], {"shape": (2, 20)}, **constant)
    yield Sample([table[0]], **constant)
    yield Sample(
        [np.array([[0.2, 0.8], [0.4, 0.6]])], {"shape": (3,), "get_prob": True}, outputs=(1,), differentiable=(0,)
    )
    yield Sample([np.array([0.2, 0.3, 0.5])], {"get_prob": True}, outputs=(1,), differentiable=(0,))
    yield Sample([np.zeros((0, 3))])


@samples("_read_rows")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), np.array([[0, 2, 2, 1], [1, 1, 0, 0]])])
    yield Sample([rng.normal(size=(3,)), np.array([2, 0])])
    yield Sample([rng.normal(size=(2, 3)), np.array([1, 0])])


@samples("_add_to_rows")
def _(rng):
    yield Sample(
        [rng.normal(size=(2, 4)), np.array([[0, 2, 2, 1], [1, 1, 0, 0]]), rng.normal(size=(2, 3))], differentiable=(0,)
    )
    yield Sample([rng.normal(size=(2,)), np.array([2, 0]), rng.normal(size=(3,))], differentiable=(0,))
    yield Sample([rng.normal(size=(2, 0)), np.zeros((2, 0), "int64"), rng.normal(size=(2, 3))], differentiable=(0,))


@samples("_shuffle")
def _(rng):
    yield Sample([rng.normal(size=(4, 2))])
    yield Sample([rng.normal(size=(5,))])
    yield Sample([rng.normal(size=(0, 2))])
    yield Sample([np.arange(6, dtype="int32")], reason="integers have no gradient")
