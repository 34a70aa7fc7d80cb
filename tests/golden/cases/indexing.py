"""Reading and writing elements of an NDArray with every kind of key."""

import numpy as np

from ..harness import Cases

CASES = Cases()


def cube(mx, dtype="float32"):
    return mx.nd.arange(24, dtype=dtype).reshape((2, 3, 4))


KEYS = {
    "0": 0,
    "-1": -1,
    "1, 2": (1, 2),
    "1, -1, 3": (1, -1, 3),
    ":": slice(None),
    "1:": slice(1, None),
    ":1": slice(None, 1),
    "0:0": slice(0, 0),
    "5:": slice(5, None),
    "-1:": slice(-1, None),
    "::-1": slice(None, None, -1),
    "::2": slice(None, None, 2),
    "...": Ellipsis,
    "..., 0": (Ellipsis, 0),
    "0, ..., 1": (0, Ellipsis, 1),
    ":, 1": (slice(None), 1),
    ":, 1:3": (slice(None), slice(1, 3)),
    ":, :, ::-2": (slice(None), slice(None), slice(None, None, -2)),
    "1, :, 3:0:-1": (1, slice(None), slice(3, 0, -1)),
    "None": None,
    ":, None, 0": (slice(None), None, 0),
    "..., None": (Ellipsis, None),
    "0, None, 1, None": (0, None, 1, None),
    "[0, 1]": [0, 1],
    "[1, 0, 1]": [1, 0, 1],
    "[0, 1], [1, 2]": ([0, 1], [1, 2]),
    "[-1], [0]": ([-1], [0]),
    ":, [0, 2]": (slice(None), [0, 2]),
    "0, [0, 2]": (0, [0, 2]),
    "[0, 1], :, [3, 0]": ([0, 1], slice(None), [3, 0]),
    "..., [1, 3]": (Ellipsis, [1, 3]),
    "nested": ([[0, 1], [1, 0]], [[0, 2], [1, 1]]),
    "column": ([[0], [1]], [[0, 2]]),
    "array, slice": (np.array([1, 0]), slice(0, 2)),
    "np.int64": np.int64(1),
    "np array": np.array([1, 1, 0]),
    "1:2, 0:1, 2:4": (slice(1, 2), slice(0, 1), slice(2, 4)),
    "negative range": (slice(None), slice(-2, -1)),
    "empty key": (),
    "mixed": (1, slice(None), [0, 3]),
    "int and arrays": ([0, 1], 1, [2, 3]),
    "range": range(2),
}


def facts(array):
    return {"value": array.asnumpy(), "shape": list(array.shape), "dtype": np.dtype(array.dtype).name}


for _text, _key in KEYS.items():
    if _text != "range":
        CASES.add(f"get/{_text}", lambda mx, key=_key: facts(cube(mx)[key]))

    def _run(mx, key=_key):
        x = cube(mx)
        x[key] = -5
        y = cube(mx, "int32")
        y[key] = 7.9
        return {"x": x.asnumpy(), "y": y.asnumpy()}

    if _text not in ("range", "0:0", "5:", "[-1], [0]"):  # MXNet writes outside the array for the last
        CASES.add(f"set/{_text}", _run)


def assigned(key, make, dtype="float32"):
    def run(mx):
        x = cube(mx, dtype)
        x[key] = make(mx)
        return facts(x)

    return run


CASES.add("get/NDArray int32", lambda mx: facts(cube(mx)[mx.nd.array([1, 0], dtype="int32")]))
CASES.add("get/NDArray float32", lambda mx: facts(cube(mx)[mx.nd.array([1, 0, 1])]))
CASES.add(
    "get/NDArray pairs",
    lambda mx: facts(cube(mx)[mx.nd.array([1, 0], dtype="int64"), mx.nd.array([2, 2], dtype="int64")]),
)
CASES.add("get/NDArray and slice", lambda mx: facts(cube(mx)[mx.nd.array([1], dtype="int32"), :, 1:3]))
CASES.add("get/int dtype kept", lambda mx: facts(cube(mx, "int32")[1, [0, 2]]))
CASES.add("get/vector element", lambda mx: facts(mx.nd.array([5, 6, 7])[1]))
CASES.add("get/vector NDArray", lambda mx: facts(mx.nd.array([5, 6, 7])[mx.nd.array([0, -1, 1])]))
CASES.add("get/chained", lambda mx: facts(cube(mx)[1][2][1:3]))
CASES.add("set/whole row", assigned(0, lambda mx: mx.nd.ones((3, 4)) * 9))
CASES.add("set/broadcast vector", assigned(slice(None), lambda mx: mx.nd.array([1, 2, 3, 4])))
CASES.add("set/broadcast numpy", assigned((slice(None), 1), lambda mx: np.arange(4)))
CASES.add("set/list", assigned((1, 2), lambda mx: [9, 8, 7, 6]))
CASES.add("set/float64 source", assigned((0, slice(0, 2)), lambda mx: np.full((2, 4), 0.1)))
CASES.add("set/other dtype", assigned(1, lambda mx: mx.nd.ones((3, 4), dtype="int32")))
CASES.add("set/uint8 wraps", assigned(0, lambda mx: 300, "uint8"))
CASES.add("set/one column", assigned((slice(None), slice(None), slice(1, 2)), lambda mx: mx.nd.zeros((2, 3, 1)) - 1))
CASES.add("set/step", assigned((slice(None), slice(None, None, 2)), lambda mx: mx.nd.zeros((2, 2, 4))))
CASES.add("set/backward", assigned((0, slice(None, None, -1)), lambda mx: mx.nd.arange(12).reshape((3, 4))))
CASES.add("set/lists with array", assigned(([0, 1], [2, 0]), lambda mx: mx.nd.array([[1, 2, 3, 4], [5, 6, 7, 8]])))
CASES.add("set/repeated index", assigned([0, 0, 0], lambda mx: mx.nd.ones((3, 3, 4)) * 2))
CASES.add("set/NDArray key", lambda mx: assigned(mx.nd.array([1], dtype="int32"), lambda mx: 3)(mx))
CASES.add("set/leading ones", assigned(0, lambda mx: mx.nd.ones((1, 1, 4))))


@CASES.case("gradient/basic index")
def _(mx):
    x = cube(mx)
    x.attach_grad()
    with mx.autograd.record():
        y = (x[0, 1:] * 2 + x[1, ::2]).sum() + x[:, 1, ::-2].sum() * 3
    y.backward()
    return {"gradient": x.grad.asnumpy()}


@CASES.case("gradient/advanced index")
def _(mx):
    x = cube(mx)
    x.attach_grad()
    with mx.autograd.record():
        y = x[[0, 1, 0], [1, 2, 1]] * mx.nd.array([[1], [2], [3]])
    y.backward()
    return {"gradient": x.grad.asnumpy()}


@CASES.case("methods")
def _(mx):
    x = cube(mx)
    return {
        "at": x[0].shape[0],
        "slice": x.slice(begin=(0, 1), end=(1, 3)).asnumpy(),
        "slice_axis": x.slice_axis(axis=2, begin=1, end=3).asnumpy(),
        "take": x.take(mx.nd.array([1]), axis=1).asnumpy(),
        "pick": x[0].pick(mx.nd.array([0, 1, 2])).asnumpy(),
        "one_hot": mx.nd.array([1, 0]).one_hot(2).asnumpy(),
        "tile": mx.nd.array([1, 2]).tile((2,)).asnumpy(),
        "flip": x[0].flip(axis=1).asnumpy(),
        "clip": x[0].clip(2, 5).asnumpy(),
        "topk": x[0].topk(k=2).asnumpy(),
        "swapaxes": x.swapaxes(0, 2).asnumpy(),
        "split": [s.asnumpy() for s in x[0].split(num_outputs=2, axis=1)],
        "expand_dims": list(x.expand_dims(axis=0).shape),
        "flatten": list(x.flatten().shape),
        "repeat": x[0, 0].repeat(2).asnumpy(),
        "pad": x.reshape((1, 2, 3, 4)).pad(mode="constant", pad_width=(0, 0, 0, 0, 1, 0, 0, 1)).asnumpy(),
        "zeros_like": x[0].zeros_like().asnumpy(),
        "square": x[0].square().asnumpy(),
        "sort": x[0].sort(is_ascend=False).asnumpy(),
        "broadcast_axes": mx.nd.ones((1, 2)).broadcast_axes(axis=0, size=2).asnumpy(),
        "nansum": x.nansum(axis=0).asnumpy(),
        "norm": x.norm().asnumpy(),
        "argmax": x.argmax(axis=2).asnumpy(),
        "argsort": x[0].argsort(axis=0).asnumpy(),
        "softmax": x[0].softmax().asnumpy(),
        "log_softmax": x[0].log_softmax().asnumpy(),
        "relu": (x[0] - 5).relu().asnumpy(),
        "diag": x[0].diag().asnumpy(),
        "split_v2": [s.asnumpy() for s in x.split_v2(2, axis=0)],
    }
