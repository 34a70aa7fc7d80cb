"""mx.np and mx.npx: values, dtypes, shapes, printed forms, gradients, misuse, and Gluon in NumPy's manner."""

from types import SimpleNamespace

import numpy as np

from ..harness import Cases, listed, source

CASES = Cases()


def things(mx):
    """Return the module under its names, and arrays to ask about."""
    f = mx.np.array
    return SimpleNamespace(
        mx=mx,
        np=mx.np,
        npx=mx.npx,
        a=f([1, 2, 3]),
        m=mx.np.arange(6).reshape(2, 3),
        z=f(3.0),
        e=mx.np.zeros((0, 3)),
        i=f([1, 2, 3], dtype="int32"),
        l=f([1, 2, 3], dtype="int64"),
        u=f([1, 2, 250], dtype="uint8"),
        h=f([1, 2, 3], dtype="float16"),
        d=f([1, 2, 3], dtype="float64"),
        b=f([True, False, True], dtype="bool"),
        r=f([0.25, -1.5, 2.75]),
    )


def in_numpy_manner(mx):
    """Return the with block inside which Gluon works in NumPy's manner, on either package."""
    return mx.util.np_array(True)


def facts(value):
    """Return what an answer is: kind, values, shape and dtype, in nested lists too."""
    if hasattr(value, "asnumpy"):
        host = value.asnumpy()
        return {"value": host, "shape": list(value.shape), "dtype": np.dtype(value.dtype).name}
    if isinstance(value, (list, tuple)):
        return {"items": [facts(v) for v in value]}
    return {"value": value}


def ask(name, function):
    def run(mx):
        with mx.util.np_shape(True), in_numpy_manner(mx):
            return facts(function(things(mx)))

    CASES.add(f"value/{name}", run)


def printed(name, function):
    def run(mx):
        with mx.util.np_shape(True), in_numpy_manner(mx):
            value = function(things(mx))
            return {"repr": repr(value), "str": str(value)}

    CASES.add(f"printed/{name}", run)


def refused(name, function):
    def misuse(mx):
        with mx.util.np_shape(True), in_numpy_manner(mx):
            found = function(things(mx))
            for value in listed(found):
                if hasattr(value, "asnumpy"):
                    value.asnumpy()

    CASES.raises(f"misuse/{name}", misuse)


VALUES = {
    # made from data
    "array of ints": lambda s: s.np.array([1, 2]),
    "array of bools": lambda s: s.np.array([True, False]),
    "array of a number": lambda s: s.np.array(3),
    "array of numpy int64": lambda s: s.np.array(np.arange(3)),
    "array of numpy float64": lambda s: s.np.array(np.arange(3.0)),
    "array of an array": lambda s: s.np.array(s.i),
    "array of arrays": lambda s: s.np.array([s.z, s.z]),
    "array of nothing": lambda s: s.np.array([]),
    "zeros": lambda s: s.np.zeros((2, 0)),
    "zeros no axes": lambda s: s.np.zeros(()),
    "ones int": lambda s: s.np.ones(3, dtype=int),
    "full int": lambda s: s.np.full((2,), 3),
    "full bool": lambda s: s.np.full((2,), True),
    "arange": lambda s: s.np.arange(1, 7, 2),
    "arange fraction": lambda s: s.np.arange(3.5),
    "linspace": lambda s: s.np.linspace(0, 1, 5),
    "logspace": lambda s: s.np.logspace(0, 2, 3),
    "eye": lambda s: s.np.eye(2, 3, 1),
    "identity": lambda s: s.np.identity(2),
    "indices": lambda s: s.np.indices((2, 3)),
    "zeros_like": lambda s: s.np.zeros_like(s.i),
    "ones_like": lambda s: s.np.ones_like(s.b),
    "full_like": lambda s: s.np.full_like(s.a, 2),
    "meshgrid": lambda s: s.np.meshgrid(s.a, s.r),
    "hanning": lambda s: s.np.hanning(5),
    # dtypes
    "int + number": lambda s: s.i + 1.5,
    "int * number": lambda s: s.i * 2.9,
    "bool + number": lambda s: s.b + 1,
    "bool + bool": lambda s: s.b + s.b,
    "bool * bool": lambda s: s.b * s.b,
    "bool + float": lambda s: s.b + s.a,
    "bool + int": lambda s: s.b + s.i,
    "-bool": lambda s: -s.b,
    "uint8 wraps": lambda s: s.u + 10,
    "int + int64": lambda s: s.i + s.l,
    "int + float": lambda s: s.i + s.a,
    "half + float": lambda s: s.h + s.a,
    "half + double": lambda s: s.h + s.d,
    "int / int": lambda s: s.i / s.i,
    "int / number": lambda s: s.i / 2,
    "number / int": lambda s: 2 / s.i,
    "int % number": lambda s: s.i % 2,
    "int ** int": lambda s: s.i**2,
    "number ** int": lambda s: 2**s.i,
    "float ** int": lambda s: s.a**s.i,
    "~bool": lambda s: ~s.b,
    "bool & bool": lambda s: s.b & s.b,
    "int | int": lambda s: s.i | s.i,
    "int ^ int": lambda s: s.i ^ s.i,
    "equal number": lambda s: s.a == 1,
    "equal": lambda s: s.a == s.a,
    "less": lambda s: s.i < s.i,
    "greater number": lambda s: s.a > 2,
    "abs int": lambda s: abs(s.i),
    "exp int": lambda s: s.np.exp(s.i),
    "sqrt uint8": lambda s: s.np.sqrt(s.u),
    "log half": lambda s: s.np.log(s.h),
    "isnan": lambda s: s.np.isnan(s.a),
    "isfinite int": lambda s: s.np.isfinite(s.i),
    "logical_not": lambda s: s.np.logical_not(s.a),
    "around": lambda s: s.np.around(s.np.array([0.5, 1.5, 2.5])),
    "fix": lambda s: s.np.fix(s.r),
    "clip": lambda s: s.np.clip(s.a, 2, None),
    "maximum": lambda s: s.np.maximum(s.a, s.r),
    "hypot": lambda s: s.np.hypot(s.a, s.r),
    "arctan2": lambda s: s.np.arctan2(s.a, s.r),
    "copysign": lambda s: s.np.copysign(s.a, s.r),
    "ldexp": lambda s: s.np.ldexp(s.a, s.a),
    "lcm": lambda s: s.np.lcm(s.i, s.i + 1),
    "number functions": lambda s: [float(s.np.sin(2.0)), float(s.np.exp(2)), int(s.np.add(1, 2))],
    # shapes without axes and of no elements
    "no axes + 1": lambda s: s.z + 1,
    "no axes broadcast": lambda s: s.z + s.a,
    "no axes exp": lambda s: s.np.exp(s.z),
    "no axes reshape": lambda s: s.z.reshape(1, 1),
    "no axes transpose": lambda s: s.z.T,
    "no axes sum": lambda s: s.z.sum(),
    "no axes stack": lambda s: s.np.stack([s.z, s.z]),
    "no axes equal": lambda s: s.z == 3,
    "no axes python": lambda s: [float(s.z), int(s.z), bool(s.z), s.z.item(), f"{s.z:.2f}"],
    "empty sum": lambda s: s.e.sum(),
    "empty sum axis": lambda s: s.e.sum(axis=0),
    "empty + 1": lambda s: s.e + 1,
    # reductions
    "sum": lambda s: s.m.sum(),
    "sum axis": lambda s: s.m.sum(axis=-1, keepdims=True),
    "sum axes": lambda s: s.m.sum(axis=(0, 1)),
    "sum no axes": lambda s: s.a.sum(axis=()),
    "sum int": lambda s: s.i.sum(),
    "sum bool": lambda s: s.b.sum(),
    "sum uint8": lambda s: s.u.sum(),
    "sum dtype": lambda s: s.np.sum(s.i, dtype="float32"),
    "mean int": lambda s: s.i.mean(),
    "mean bool": lambda s: s.b.mean(),
    "mean dtype": lambda s: s.np.mean(s.i, dtype="float64"),
    "max bool": lambda s: s.b.max(),
    "max axis": lambda s: s.np.max(s.m, axis=1),
    "min": lambda s: s.np.min(s.r),
    "prod": lambda s: s.i.prod(),
    "std": lambda s: s.r.std(),
    "var ddof": lambda s: s.a.var(ddof=1),
    "average": lambda s: s.np.average(s.a, weights=s.a),
    "argmax": lambda s: s.m.argmax(axis=1),
    "argmin all": lambda s: s.r.argmin(),
    "any": lambda s: s.b.any(),
    "all axis": lambda s: s.np.all(s.m, axis=0),
    "cumsum": lambda s: s.m.cumsum(axis=1),
    "cumsum int": lambda s: s.i.cumsum(),
    "percentile": lambda s: s.np.percentile(s.a, 50),
    "quantile axis": lambda s: s.np.quantile(s.m, 0.25, axis=0),
    "diff": lambda s: s.np.diff(s.r),
    "ediff1d": lambda s: s.np.ediff1d(s.r),
    # order and choice
    "sort": lambda s: s.np.sort(s.r),
    "argsort": lambda s: s.np.argsort(s.r),
    "unique": lambda s: s.np.unique(s.np.array([2, 1, 2]), return_index=True, return_inverse=True, return_counts=True),
    "nonzero": lambda s: s.np.nonzero(s.m > 1),
    "where indices": lambda s: s.np.where(s.a > 1),
    "where": lambda s: s.np.where(s.a > 1, s.a, 0),
    "where numbers": lambda s: s.np.where(s.b, 1.0, 0.5),
    "take": lambda s: s.np.take(s.a, s.np.array([0, 2])),
    "take clip": lambda s: s.np.take(s.a, s.np.array([5]), mode="clip"),
    "bincount": lambda s: s.np.bincount(s.i),
    "argwhere": lambda s: s.np.argwhere(s.m > 3),
    # shapes
    "reshape": lambda s: s.m.reshape(3, -1),
    "flatten": lambda s: s.m.flatten(),
    "transpose": lambda s: s.m.transpose(1, 0),
    "swapaxes": lambda s: s.m.swapaxes(0, 1),
    "expand_dims": lambda s: s.np.expand_dims(s.a, -1),
    "squeeze": lambda s: s.np.squeeze(s.np.ones((1, 2, 1))),
    "moveaxis": lambda s: s.np.moveaxis(s.np.arange(24).reshape(2, 3, 4), 0, -1),
    "broadcast_to": lambda s: s.np.broadcast_to(s.a, (2, 3)),
    "repeat": lambda s: s.m.repeat(2, axis=1),
    "tile": lambda s: s.np.tile(s.a, (2, 2)),
    "flip": lambda s: s.np.flip(s.m, 1),
    "roll": lambda s: s.np.roll(s.m, 1),
    "roll axis": lambda s: s.np.roll(s.m, -1, axis=1),
    "rot90": lambda s: s.np.rot90(s.m),
    "pad": lambda s: s.np.pad(s.m, ((1, 0), (0, 2))),
    "pad edge": lambda s: s.np.pad(s.a, (1, 2), mode="edge"),
    "tril": lambda s: s.np.tril(s.m),
    "diag": lambda s: s.np.diag(s.a, 1),
    "trace": lambda s: s.np.trace(s.m),
    "concatenate": lambda s: s.np.concatenate([s.m, s.m], axis=1),
    "stack": lambda s: s.np.stack([s.a, s.r], axis=1),
    "vstack": lambda s: s.np.vstack([s.a, s.r]),
    "hstack": lambda s: s.np.hstack([s.a, s.r]),
    "dstack": lambda s: s.np.dstack([s.a, s.r]),
    "column_stack": lambda s: s.np.column_stack([s.a, s.r]),
    "split": lambda s: s.np.split(s.m, 3, axis=1),
    "split indices": lambda s: s.np.split(s.a, [1]),
    "array_split": lambda s: s.np.array_split(s.a, 2),
    "append": lambda s: s.np.append(s.m, s.m, axis=0),
    "insert": lambda s: s.np.insert(s.a, 1, 5),
    "delete": lambda s: s.np.delete(s.a, 1),
    # products
    "dot vectors": lambda s: s.np.dot(s.a, s.r),
    "dot matrix vector": lambda s: s.np.dot(s.m, s.a),
    "dot tensors": lambda s: s.np.dot(s.np.ones((2, 3, 4)), s.np.arange(8).reshape(4, 2)),
    "matmul": lambda s: s.m @ s.m.T,
    "matmul batch": lambda s: s.np.matmul(s.np.ones((2, 1, 2, 3)), s.np.arange(12).reshape(2, 3, 2)),
    "tensordot": lambda s: s.np.tensordot(s.m, s.m, 2),
    "tensordot axes": lambda s: s.np.tensordot(s.m, s.m, ((0,), (0,))),
    "inner": lambda s: s.np.inner(s.m, s.a),
    "outer": lambda s: s.np.outer(s.a, s.r),
    "vdot": lambda s: s.np.vdot(s.m, s.m),
    "einsum": lambda s: s.np.einsum("ij,kj->ik", s.m, s.m),
    "einsum trace": lambda s: s.np.einsum("ii", s.np.arange(9).reshape(3, 3)),
    # indexing
    "index element": lambda s: s.m[0, 1],
    "index row": lambda s: s.m[-1],
    "index column": lambda s: s.m[:, 1],
    "index mask": lambda s: s.m[s.m > 2],
    "index bool axis": lambda s: s.m[:, s.b],
    "index lists": lambda s: s.m[[0, 1], [1, 2]],
    "index array": lambda s: s.a[s.i - 1],
    "index None": lambda s: s.m[None, :, 0],
    "index empty tuple": lambda s: s.z[()],
    # linalg
    "norm": lambda s: s.np.linalg.norm(s.m),
    "norm axis": lambda s: s.np.linalg.norm(s.m, axis=1),
    "norm nuc": lambda s: s.np.linalg.norm(s.m, "nuc"),
    "inv": lambda s: s.np.linalg.inv(s.np.array([[2, 1], [1, 3]])),
    "det": lambda s: s.np.linalg.det(s.np.array([[2, 1], [1, 3]])),
    "slogdet": lambda s: list(s.np.linalg.slogdet(s.np.array([[2, 1], [1, 3]]))),
    "cholesky": lambda s: s.np.linalg.cholesky(s.np.array([[2, 1], [1, 3]])),
    "solve": lambda s: s.np.linalg.solve(s.np.array([[2, 1], [1, 3]]), s.np.array([1, 2])),
    "pinv": lambda s: s.np.linalg.pinv(s.m),
    "eigvalsh": lambda s: s.np.linalg.eigvalsh(s.np.array([[2, 1], [1, 3]])),
    "singular values": lambda s: s.np.linalg.svd(s.m)[1],
    "tensorinv": lambda s: s.np.linalg.tensorinv(s.np.eye(4).reshape(2, 2, 2, 2)) + 0.0,
    # npx
    "softmax": lambda s: s.npx.softmax(s.m),
    "log_softmax": lambda s: s.npx.log_softmax(s.m, axis=0),
    "relu": lambda s: s.npx.relu(s.r),
    "sigmoid": lambda s: s.npx.sigmoid(s.r),
    "one_hot": lambda s: s.npx.one_hot(s.i, 4),
    "pick": lambda s: s.npx.pick(s.m, s.np.array([0, 2])),
    "topk": lambda s: s.npx.topk(s.m, k=2, axis=1, ret_typ="both"),
    "batch_dot": lambda s: s.npx.batch_dot(s.m.reshape(1, 2, 3), s.m.reshape(1, 3, 2)),
    "sequence_mask": lambda s: s.npx.sequence_mask(s.m.T, s.np.array([1, 2]), True, value=-1),
    "gather_nd": lambda s: s.npx.gather_nd(s.m, s.np.array([[0, 1], [1, 2]])),
    "arange_like": lambda s: s.npx.arange_like(s.m, axis=1),
    "npx reshape": lambda s: s.npx.reshape(s.np.zeros((2, 3, 4)), (-2, -5)),
    "npx reshape split": lambda s: s.npx.reshape(s.np.zeros((6, 4)), (-6, 2, -1, -4)),
    "npx nonzero": lambda s: s.npx.nonzero(s.m),
    "fully_connected": lambda s: s.npx.fully_connected(s.m, s.m, num_hidden=2, no_bias=True),
    "pooling": lambda s: s.npx.pooling(s.np.arange(16).reshape(1, 1, 4, 4), kernel=(2, 2), stride=(2, 2)),
    "layer_norm": lambda s: s.npx.layer_norm(s.m, s.np.ones(3), s.np.zeros(3)),
    "smooth_l1": lambda s: s.npx.smooth_l1(s.r),
    "gammaln": lambda s: s.npx.gammaln(s.r + 2),
    # NumPy's own functions
    "numpy exp": lambda s: np.exp(s.a),
    "numpy mean": lambda s: np.mean(s.m, axis=0),
    "numpy concatenate": lambda s: np.concatenate([s.a, s.a]),
    "numpy number": lambda s: np.float32(2) * s.a,
    # shapes of random arrays
    "random shapes": lambda s: [
        list(x.shape)
        for x in (
            s.np.random.uniform(),
            s.np.random.normal(0, 1, (2, 3)),
            s.np.random.normal(s.a, 1),
            s.np.random.rand(2, 3),
            s.np.random.randint(5),
            s.np.random.choice(5, 3),
            s.np.random.multinomial(10, [0.5, 0.5], (3,)),
            s.np.random.multivariate_normal(s.np.zeros(2), s.np.eye(2), (3,)),
            s.npx.random.uniform_n(s.a, s.a + 1, batch_shape=(2,)),
            s.npx.random.bernoulli(0.5, size=(3,)),
        )
    ],
}

for _name, _function in VALUES.items():
    ask(_name, _function)

PRINTED = {
    "vector": lambda s: s.a,
    "matrix": lambda s: s.m,
    "no axes": lambda s: s.z,
    "no elements": lambda s: s.e,
    "int32": lambda s: s.i,
    "int64": lambda s: s.l,
    "uint8": lambda s: s.u,
    "float16": lambda s: s.h,
    "float64": lambda s: s.d,
    "bool": lambda s: s.b,
    "bool no axes": lambda s: s.z == 3,
    "int no axes": lambda s: s.i[0],
    "cpu(1)": lambda s: s.a.as_in_ctx(s.npx.cpu(1)),
    "long": lambda s: s.np.arange(2000),
    "long matrix": lambda s: s.np.arange(3000).reshape(50, 60),
    "large numbers": lambda s: s.np.array([1e10, 1]),
    "list": lambda s: s.np.split(s.a, 3),
    "tuple": lambda s: s.np.nonzero(s.a),
    "classic": lambda s: s.a.as_nd_ndarray(),
}

for _name, _function in PRINTED.items():
    printed(_name, _function)

MISUSE = {
    "shapes": lambda s: s.m + s.np.ones(4),
    "dot": lambda s: s.np.dot(s.m, s.m),
    "reshape": lambda s: s.m.reshape(7),
    "axis": lambda s: s.m.sum(axis=2),
    "index": lambda s: s.a[5],
    "too many indices": lambda s: s.a[0, 0],
    "index text": lambda s: s.a["x"],
    "index fraction": lambda s: s.a[1.5],
    "add list": lambda s: s.a + [1, 2, 3],
    "add text": lambda s: s.a + "x",
    "add numpy": lambda s: s.a + np.ones(3),
    "exp list": lambda s: s.np.exp([1, 2]),
    "sum list": lambda s: s.np.sum([1, 2]),
    "concatenate numbers": lambda s: s.np.concatenate([1, 2]),
    "len no axes": lambda s: len(s.z),
    "bool of several": lambda s: bool(s.a),
    "float of several": lambda s: float(s.a),
    "item of several": lambda s: s.a.item(),
    "ragged": lambda s: s.np.array([1, [2]]),
    "text": lambda s: s.np.array("x"),
    "dtype": lambda s: s.np.zeros(3, dtype="x"),
    "unknown name": lambda s: s.np.foo,
    "unknown keyword": lambda s: s.np.zeros(3, foo=1),
    "split unequal": lambda s: s.np.split(s.a, 2),
    "ufunc where": lambda s: s.np.add(s.a, s.a, where=False),
    "linspace": lambda s: s.np.linspace(0, 1, -1),
    "singular": lambda s: s.np.linalg.inv(s.np.zeros((2, 2))),
    "not positive": lambda s: s.np.linalg.cholesky(-s.np.eye(2)),
    "backward unrecorded": lambda s: s.a.backward(),
    "randint": lambda s: s.np.random.randint(5, 2),
}

for _name, _function in MISUSE.items():
    refused(_name, _function)

GRADIENTS = {
    "mean": lambda s, x: (x * x).mean(),
    "sum axis": lambda s, x: x.sum(axis=0) ** 2,
    "max": lambda s, x: x.max(axis=1),
    "std": lambda s, x: x.std(axis=0),
    "norm": lambda s, x: s.np.linalg.norm(x),
    "dot": lambda s, x: s.np.dot(x, x.T),
    "matmul": lambda s, x: s.np.matmul(x.reshape(1, 2, 3), x.T),
    "einsum": lambda s, x: s.np.einsum("ij,kj->ik", x, x),
    "tensordot": lambda s, x: s.np.tensordot(x, x, ((0,), (0,))),
    "where": lambda s, x: s.np.where(x > 0, x * x, x),
    "index": lambda s, x: x[0] * x[1, 2],
    "slice": lambda s, x: x[:, 1:] * 2,
    "concatenate": lambda s, x: s.np.concatenate([x, x * x]),
    "stack": lambda s, x: s.np.stack([x, x * x], axis=1),
    "cumsum": lambda s, x: s.np.cumsum(x, axis=1) * x,
    "exp": lambda s, x: s.np.exp(x) / (1 + s.np.exp(x)),
    "arctan2": lambda s, x: s.np.arctan2(x, x + 3),
    "tile": lambda s, x: s.np.tile(x, 2) ** 2,
    "roll": lambda s, x: s.np.roll(x, 1, axis=1) * x,
    "softmax": lambda s, x: s.npx.softmax(x),
    "pick": lambda s, x: s.npx.pick(s.npx.log_softmax(x), s.np.array([0, 2])),
    "clip": lambda s, x: s.np.clip(x, -0.5, 0.5) * x,
    "broadcast": lambda s, x: x * s.np.array([1.0, 2.0, 3.0]) + x.sum(),
    "transpose": lambda s, x: x.T.reshape(-1) * 2,
}


def gradient(name, function):
    def run(mx):
        random = source(f"gradient/{name}")
        with mx.util.np_shape(True), in_numpy_manner(mx):
            s = things(mx)
            x = mx.np.array(random.normal(size=(2, 3)).astype("float32"))
            x.attach_grad()
            with mx.autograd.record():
                y = function(s, x)
            y.backward(mx.np.array(random.normal(size=y.shape).astype("float32")))
            return {"out": y.asnumpy(), "grad": x.grad.asnumpy()}

    CASES.add(f"gradient/{name}", run)


for _name, _function in GRADIENTS.items():
    gradient(_name, _function)


# -- Gluon -----------------------------------------------------------------------------------------------------------


def trained(hybrid):
    """Return the losses of a small network and its parameters after three steps."""

    def run(mx):
        random = source("gluon/training")
        with mx.util.np_shape(True), in_numpy_manner(mx):
            nn, np_ = mx.gluon.nn, mx.np
            x = np_.array(random.normal(size=(8, 4)).astype("float32"))
            y = np_.array(random.randint(0, 3, size=8).astype("float32"))
            net = nn.HybridSequential() if hybrid else nn.Sequential()
            net.add(nn.Dense(5, activation="tanh"), nn.Dense(3))
            net.initialize(mx.init.Constant(0.1))
            net(x)
            for parameter in net.collect_params().values():
                parameter.set_data(np_.array(random.normal(size=parameter.shape).astype("float32")))
            if hybrid:
                net.hybridize()
            loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
            trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
            losses = []
            for _ in range(3):
                with mx.autograd.record():
                    found = loss(net(x), y)
                found.backward()
                trainer.step(8)
                losses.append(found.asnumpy())
            kinds = {type(v).__name__ for v in (found, net[0].weight.data(), net[0].weight.grad())}
            return {"losses": losses, "weight": net[0].weight.data().asnumpy(), "kinds": sorted(kinds)}

    return run


CASES.add("gluon/sequential", trained(False), scaled=1e-5)
CASES.add("gluon/hybrid sequential", trained(True), scaled=1e-5)


@CASES.case("gluon/forward of a block")
def _(mx):
    with mx.util.np_shape(True), in_numpy_manner(mx):

        class Net(mx.gluon.nn.Block):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                self.weight = self.params.get("weight", shape=(3, 2), init=mx.init.Constant(0.5))

            def forward(self, x):
                return mx.npx.relu(mx.np.dot(x, self.weight.data()) - x.mean())

        net = Net()
        net.initialize()
        return facts(net(mx.np.arange(6).reshape(2, 3)))


@CASES.case("gluon/F.np")
def _(mx):
    with mx.util.np_shape(True), in_numpy_manner(mx):

        class Net(mx.gluon.HybridBlock):
            def hybrid_forward(self, F, x):
                return F.np.concatenate([F.npx.relu(x), x * 2], axis=1) + F.np.sum(x)

        net, x = Net(), mx.np.arange(6).reshape(2, 3) - 2
        eager = net(x)
        net.hybridize()
        return {"eager": facts(eager), "compiled": facts(net(x))}


@CASES.case("gluon/data")
def _(mx):
    with mx.util.np_shape(True), in_numpy_manner(mx):
        data = mx.gluon.data.ArrayDataset(mx.np.arange(12).reshape(4, 3), mx.np.arange(4))
        batches = list(mx.gluon.data.DataLoader(data, batch_size=3, last_batch="keep"))
        return {"batches": [[facts(part) for part in batch] for batch in batches]}
