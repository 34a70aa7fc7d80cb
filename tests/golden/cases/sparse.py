"""Sparse arrays: creation, storage of results, products and their gradients, lazy updates, files, printed forms."""

import os
import tempfile

import numpy as np

from ..harness import Cases, source

CASES = Cases()


def facts(x, parts=False):
    """Return what can be told of an array of any storage; with its parts where they are asked for."""
    answer = {"stype": x.stype, "shape": list(x.shape), "values": x.asnumpy()}
    if parts and x.stype != "default":
        answer["data"], answer["indices"] = x.data.asnumpy(), x.indices.asnumpy()
        if x.stype == "csr":
            answer["indptr"] = x.indptr.asnumpy()
    return answer


def few(random, rows=5, columns=4):
    """Return a matrix with some elements; row 1 and column 2 have none."""
    value = np.round(random.normal(size=(rows, columns)) * 4) / 4 * (random.uniform(size=(rows, columns)) < 0.6)
    value[1] = 0
    value[:, 2] = 0
    value[0, 0] = 1.25
    return value.astype("float32")


def of(mx, stype, value):
    """Return a matrix in a storage type."""
    return mx.nd.array(value).tostype(stype)


def enter(case_id, make, parts=False, scaled=None):
    """Enter the facts of ``make(mx, random)``, an array."""
    CASES.add(case_id, lambda mx: facts(make(mx, source(case_id)), parts), scaled=scaled)


# -- creation ----------------------------------------------------------------------------------------------------------
DENSE = [[0, 1, 0], [0, 0, 0], [2, 0, 3]]
PARTS = ([1, 2, 3], [1, 0, 2], [0, 1, 1, 3])
CREATION = {
    "csr list": lambda sp, mx: sp.csr_matrix(DENSE),
    "csr ints": lambda sp, mx: sp.csr_matrix(np.array(DENSE)),
    "csr float16": lambda sp, mx: sp.csr_matrix(np.array(DENSE, "float16")),
    "csr ndarray": lambda sp, mx: sp.csr_matrix(mx.nd.array(DENSE)),
    "csr dtype": lambda sp, mx: sp.csr_matrix(mx.nd.array(DENSE), dtype="float64"),
    "csr csr": lambda sp, mx: sp.csr_matrix(sp.csr_matrix(DENSE)),
    "csr shape": lambda sp, mx: sp.csr_matrix((3, 4)),
    "csr shape dtype": lambda sp, mx: sp.csr_matrix((3, 4), dtype="int32"),
    "csr parts": lambda sp, mx: sp.csr_matrix(PARTS, shape=(3, 3)),
    "csr parts numpy": lambda sp, mx: sp.csr_matrix(tuple(map(np.array, PARTS)), shape=(3, 5)),
    "csr parts ndarray": lambda sp, mx: sp.csr_matrix(tuple(map(mx.nd.array, PARTS)), shape=(3, 3)),
    "csr parts without shape": lambda sp, mx: sp.csr_matrix(PARTS),
    "csr unsorted": lambda sp, mx: sp.csr_matrix(([1, 2, 3], [1, 0, 1], [0, 2, 3]), shape=(2, 2)),
    "row_sparse list": lambda sp, mx: sp.row_sparse_array(DENSE),
    "row_sparse ints": lambda sp, mx: sp.row_sparse_array(np.array(DENSE)),
    "row_sparse one axis": lambda sp, mx: sp.row_sparse_array([0, 1, 0]),
    "row_sparse three axes": lambda sp, mx: mx.nd.ones((2, 3, 1)).tostype("row_sparse"),
    "row_sparse row_sparse": lambda sp, mx: sp.row_sparse_array(sp.row_sparse_array(DENSE)),
    "row_sparse shape": lambda sp, mx: sp.row_sparse_array((3, 4, 2)),
    "row_sparse parts": lambda sp, mx: sp.row_sparse_array(([[1, 2], [3, 4]], [1, 3]), shape=(5, 2)),
    "row_sparse parts without shape": lambda sp, mx: sp.row_sparse_array(([[1, 2], [3, 4]], [1, 3])),
    "row_sparse parts numpy": lambda sp, mx: sp.row_sparse_array((np.array([[1, 2], [3, 4]]), np.array([1, 3]))),
    "zeros csr": lambda sp, mx: sp.zeros("csr", (2, 3)),
    "zeros row_sparse": lambda sp, mx: sp.zeros("row_sparse", (2, 3), dtype="float16"),
    "zeros default": lambda sp, mx: sp.zeros("default", (2, 3)),
    "empty": lambda sp, mx: sp.empty("csr", (2, 3)),
    "nd.zeros stype": lambda sp, mx: mx.nd.zeros((2, 3), stype="csr"),
    "nd.array of csr": lambda sp, mx: mx.nd.array(sp.csr_matrix(DENSE)),
    "sparse.array": lambda sp, mx: sp.array(sp.csr_matrix(DENSE)),
    "tostype csr": lambda sp, mx: mx.nd.array(DENSE).tostype("csr"),
    "tostype default": lambda sp, mx: sp.csr_matrix(DENSE).tostype("default"),
    "cast_storage": lambda sp, mx: mx.nd.cast_storage(mx.nd.array(DENSE), stype="row_sparse"),
    "zeros_like csr": lambda sp, mx: sp.zeros_like(sp.csr_matrix(DENSE)),
    "zeros_like row_sparse": lambda sp, mx: mx.nd.zeros_like(sp.row_sparse_array(DENSE)),
    "astype csr": lambda sp, mx: sp.csr_matrix(DENSE).astype("float64"),
    "astype row_sparse": lambda sp, mx: sp.row_sparse_array(DENSE).astype("int32"),
    "copy": lambda sp, mx: sp.csr_matrix(DENSE).copy(),
    "copyto dense": lambda sp, mx: sp.csr_matrix(DENSE).copyto(mx.nd.zeros((3, 3))),
    "copyto csr": lambda sp, mx: mx.nd.array(DENSE).copyto(sp.zeros("csr", (3, 3))),
    "copyto context": lambda sp, mx: sp.csr_matrix(DENSE).copyto(mx.cpu(1)),
    "detach": lambda sp, mx: sp.csr_matrix(DENSE).detach(),
    "row": lambda sp, mx: sp.csr_matrix(DENSE)[0],
    "last row": lambda sp, mx: sp.csr_matrix(DENSE)[-1],
    "rows": lambda sp, mx: sp.csr_matrix(DENSE)[0:2],
    "rows to the end": lambda sp, mx: sp.csr_matrix(DENSE)[-2:],
    "whole": lambda sp, mx: sp.row_sparse_array(DENSE)[:],
    "iteration": lambda sp, mx: sp.concat(*[sp.csr_matrix(DENSE)[i] for i in (2, 0)], dim=0),
    "retain": lambda sp, mx: sp.retain(sp.row_sparse_array(DENSE), mx.nd.array([0, 1])),
    "retain order": lambda sp, mx: sp.retain(sp.row_sparse_array(DENSE), mx.nd.array([2, 0])),
}
for _text, _make in CREATION.items():
    CASES.add(f"creation/{_text}", lambda mx, make=_make: facts(make(mx.nd.sparse, mx), parts=True))


def assigned(target, value):
    """Return the target after ``target[:] = value``."""
    target[:] = value
    return target


for _stype in ("csr", "row_sparse"):
    for _text, _value in {
        "ndarray": lambda mx, stype: mx.nd.array(DENSE) + 1,
        "numpy": lambda mx, stype: np.array(DENSE, "float32") * 2,
        "same storage": lambda mx, stype: of(mx, stype, np.array(DENSE) * 3),
    }.items():
        CASES.add(
            f"assignment/{_stype}/{_text}",
            lambda mx, stype=_stype, value=_value: facts(
                assigned(mx.nd.sparse.zeros(stype, (3, 3)), value(mx, stype)), parts=True
            ),
        )
CASES.add(
    "assignment/row_sparse/number",
    lambda mx: facts(assigned(mx.nd.sparse.zeros("row_sparse", (3, 2)), 2), parts=True),
)

# -- storage and values of results -------------------------------------------------------------------------------------
UNARY = (
    "abs arcsin arcsinh arctan arctanh cbrt ceil cos cosh degrees exp expm1 fix floor log1p negative radians relu rint"
    " round rsqrt sigmoid sign sin sinh sqrt square stop_gradient tan tanh trunc make_loss"
)
for _name in UNARY.split():
    for _stype in ("csr", "row_sparse"):

        def _run(mx, random, name=_name, stype=_stype):
            value = few(random)
            value = np.abs(value) if name == "sqrt" else value / 8 if name.startswith("arc") else value
            return getattr(mx.nd.sparse, name)(of(mx, stype, value))

        enter(f"unary/{_name}/{_stype}", _run)
for _name in ("softmax", "ones_like", "reciprocal", "max", "transpose", "identity"):
    for _stype in ("csr", "row_sparse"):
        enter(
            f"fallback/{_name}/{_stype}",
            lambda mx, random, name=_name, stype=_stype: getattr(mx.nd, name)(of(mx, stype, few(random) + 0)),
        )
STORAGES = ("csr", "row_sparse", "default")
BINARY = "elemwise_add elemwise_sub elemwise_mul broadcast_add broadcast_mul add subtract multiply"
for _name in BINARY.split():
    for _left in STORAGES:
        for _right in STORAGES:
            enter(
                f"binary/{_name}/{_left} {_right}",
                lambda mx, random, name=_name, left=_left, right=_right: getattr(mx.nd.sparse, name)(
                    of(mx, left, few(random)), of(mx, right, few(random))
                ),
            )
SIGNS = {"+": "__add__", "-": "__sub__", "*": "__mul__"}
for _sign, _method in SIGNS.items():
    for _left in STORAGES:
        for _right in STORAGES:
            enter(
                f"sign/{_left} {_sign} {_right}",
                lambda mx, random, method=_method, left=_left, right=_right: getattr(of(mx, left, few(random)), method)(
                    of(mx, right, few(random))
                ),
            )
for _name in ("broadcast_mul", "broadcast_div", "multiply", "divide", "broadcast_add"):
    for _shape in ((1, 4), (5, 1), (1, 1)):
        enter(
            f"broadcast/{_name}/{_shape[0]}x{_shape[1]}",
            lambda mx, random, name=_name, shape=_shape: getattr(mx.nd.sparse, name)(
                of(mx, "csr", few(random)), mx.nd.array(random.uniform(1, 2, size=shape))
            ),
        )
SCALAR = {
    "add": lambda x: x + 2,
    "add zero": lambda x: x + 0,
    "radd": lambda x: 2 + x,
    "sub": lambda x: x - 2,
    "rsub": lambda x: 2 - x,
    "mul": lambda x: x * 3,
    "rmul": lambda x: 3 * x,
    "div": lambda x: x / 4,
    "pow": lambda x: x**2,
    "equal": lambda x: x == 1.25,
    "greater": lambda x: x > 1,
    "negative": lambda x: -x,
    "abs": lambda x: abs(x),
    "T": lambda x: x.T,
    "sum": lambda x: x.sum(),
    "clip": lambda x: x.clip(-1, 1),
    "square": lambda x: x.square(),
    "slice": lambda x: x.slice(begin=(0,), end=(2,)),
    "expand_dims": lambda x: x.expand_dims(0),
    "broadcast_to": lambda x: x.broadcast_to((5, 4)),
}
for _text, _function in SCALAR.items():
    for _stype in ("csr", "row_sparse"):
        enter(
            f"method/{_text}/{_stype}",
            lambda mx, random, function=_function, stype=_stype: function(of(mx, stype, few(random))),
        )
INPLACE = {
    "+= 2": lambda x, y: x.__iadd__(2),
    "*= 2": lambda x, y: x.__imul__(2),
    "+= dense": lambda x, y: x.__iadd__(y),
    "-= dense": lambda x, y: x.__isub__(y),
}
for _text, _function in INPLACE.items():
    enter(
        f"in place/row_sparse {_text}",
        lambda mx, random, function=_function: function(
            of(mx, "row_sparse", few(random)), mx.nd.array(random.normal(size=(5, 4)))
        ),
    )

# -- reductions and parts ----------------------------------------------------------------------------------------------
for _name in ("sum", "mean"):
    for _axis in (None, 0, 1, -1, (0, 1)):
        for _keep in (False, True):
            for _stype in ("csr", "row_sparse"):
                enter(
                    f"reduction/{_name}/{_stype} {_axis} {_keep}",
                    lambda mx, random, name=_name, axis=_axis, keep=_keep, stype=_stype: getattr(mx.nd.sparse, name)(
                        of(mx, stype, few(random)), axis=axis, keepdims=keep
                    ),
                )
for _ord in (1, 2):
    for _axis in (None, 0, 1):
        for _stype in ("csr", "row_sparse"):
            enter(
                f"norm/{_ord} {_axis} {_stype}",
                lambda mx, random, order=_ord, axis=_axis, stype=_stype: mx.nd.sparse.norm(
                    of(mx, stype, few(random)), ord=order, axis=axis
                ),
            )
PARTIAL = {
    "slice rows": lambda mx, x: mx.nd.sparse.slice(x, begin=(1,), end=(4,)),
    "slice both": lambda mx, x: mx.nd.sparse.slice(x, begin=(0, 1), end=(4, 4)),
    "slice open": lambda mx, x: mx.nd.sparse.slice(x, begin=(None, 1), end=(-1, None)),
    "clip": lambda mx, x: mx.nd.sparse.clip(x, -0.5, 1),
    "clip positive": lambda mx, x: mx.nd.sparse.clip(x, 0, 1),
    "where": lambda mx, x: mx.nd.sparse.where(x, mx.nd.ones((5, 4)), mx.nd.zeros((5, 4))),
    "concat rows": lambda mx, x: mx.nd.sparse.concat(x, x, dim=0),
    "concat columns": lambda mx, x: mx.nd.sparse.concat(x, x, dim=1),
    "add_n": lambda mx, x: mx.nd.sparse.add_n(x, x, x),
    "add_n with dense": lambda mx, x: mx.nd.sparse.add_n(mx.nd.ones((5, 4)), x),
    "take": lambda mx, x: mx.nd.take(x, mx.nd.array([3, 0, 1, 3])),
}
for _text, _function in PARTIAL.items():
    for _stype in ("csr", "row_sparse"):
        enter(
            f"part/{_text}/{_stype}",
            lambda mx, random, function=_function, stype=_stype: function(mx, of(mx, stype, few(random))),
        )

# -- products ----------------------------------------------------------------------------------------------------------
SHAPES = {  # of the factors, by (transpose_a, transpose_b)
    (False, False): ((5, 4), (4, 3)),
    (True, False): ((4, 5), (4, 3)),
    (False, True): ((5, 4), (3, 4)),
    (True, True): ((4, 5), (3, 4)),
}
for (_first, _second), (_lhs, _rhs) in SHAPES.items():
    for _left, _right in (("csr", "default"), ("csr", "row_sparse"), ("default", "csr"), ("csr", "csr")):
        for _wanted in (None, "default") + (("csr", "row_sparse") if _left == "csr" else ()):

            if (_first, _second, _right, _wanted) == (True, False, "row_sparse", "default"):
                continue  # ends MXNet's process

            def _product(mx, random, lhs=_lhs, rhs=_rhs, left=_left, right=_right, flags=(_first, _second, _wanted)):
                a, b = (np.pad(few(random), ((0, 0), (0, 1))) for _ in range(2))
                a, b = of(mx, left, a[: lhs[0], : lhs[1]]), of(mx, right, b[: rhs[0], : rhs[1]])
                return mx.nd.sparse.dot(a, b, transpose_a=flags[0], transpose_b=flags[1], forward_stype=flags[2])

            enter(f"dot/{_first} {_second} {_left} {_right} {_wanted}", _product)
enter("dot/vector", lambda mx, random: mx.nd.dot(of(mx, "csr", few(random)), mx.nd.array(random.normal(size=(4, 1)))))


def gradient_of_dot(case_id, stype, grad_stype, first):
    """Enter the gradient of the dense factor of a product with a csr matrix."""

    def run(mx):
        random = source(case_id)
        x, w = of(mx, "csr", few(random)), of(mx, stype, random.normal(size=(5 if first else 4, 3)))
        if grad_stype is None:
            w.attach_grad()
        else:
            w.attach_grad(stype=grad_stype)
        with mx.autograd.record():
            y = mx.nd.sparse.dot(x, w, transpose_a=first, forward_stype="default")
            z = (y * y).sum()
        z.backward()
        return {"value": facts(y), "gradient": facts(w.grad, parts=w.grad.stype == "row_sparse")}

    CASES.add(case_id, run)


for _stype in ("default", "row_sparse"):
    for _grad in (None, "default", "row_sparse", "csr"):
        gradient_of_dot(f"gradient/dot {_stype} {_grad}", _stype, _grad, False)
gradient_of_dot("gradient/dot transposed", "default", "row_sparse", True)


@CASES.case("gradient/dot dense csr")
def _(mx):
    random = source("gradient/dot dense csr")
    x, b = mx.nd.array(random.normal(size=(3, 5))), of(mx, "csr", few(random))
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.sparse.dot(x, b, forward_stype="default")
        z = (y * y).sum()
    z.backward()
    return {"value": facts(y), "gradient": facts(x.grad)}


def embedding(mx, weight, indices):
    """Return rows of the weight, with a row-sparse gradient."""
    return mx.nd.Embedding(mx.nd.array(indices), weight, input_dim=5, output_dim=2, sparse_grad=True)


GRADIENTS = {
    "embedding": lambda mx, w: embedding(mx, w, [3, 0, 3]),
    "embedding of two axes": lambda mx, w: embedding(mx, w, [[3, 0], [1, 3]]),
    "embedding twice": lambda mx, w: embedding(mx, w, [3]) * 2 + embedding(mx, w, [1]),
    "embedding and dense": lambda mx, w: embedding(mx, w, [3]) + w.sum(),
    "embedding of product": lambda mx, w: embedding(mx, w * 2, [3]),
}
for _text, _function in GRADIENTS.items():

    def _embedded(mx, text=_text, function=_function):
        w = mx.nd.array(source(text).normal(size=(5, 2)))
        w.attach_grad(stype="row_sparse")
        with mx.autograd.record():
            y = function(mx, w)
            z = (y * y).sum()
        z.backward()
        return facts(w.grad, parts=True)

    CASES.add(f"gradient/{_text}", _embedded)


@CASES.case("gradient/grad")
def _(mx):
    w = mx.nd.ones((5, 2))
    w.attach_grad(stype="row_sparse")
    with mx.autograd.record():
        y = embedding(mx, w, [3, 3]).sum()
    return facts(mx.autograd.grad(y, [w])[0], parts=True)


for _stype in ("csr", "row_sparse"):

    @CASES.case(f"gradient/square {_stype}")
    def _(mx, stype=_stype):
        x = of(mx, stype, np.array(DENSE))
        x.attach_grad()
        with mx.autograd.record():
            y = mx.nd.sparse.square(x)
            z = y.sum()
        z.backward()
        return {"value": facts(y), "gradient": facts(x.grad)}


@CASES.case("gradient/retain")
def _(mx):
    x = of(mx, "row_sparse", np.array(DENSE))
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.sparse.retain(x, mx.nd.array([0, 2])).sum()
    y.backward()
    return facts(x.grad, parts=True)


# -- optimizers --------------------------------------------------------------------------------------------------------
OPTIMIZERS = {
    "sgd": {"wd": 0.1},
    "sgd momentum": {"wd": 0.1, "momentum": 0.9, "clip_gradient": 2.0, "rescale_grad": 0.5},
    "adam": {"wd": 0.1},
    "adagrad": {},
    "ftrl": {"wd": 0.1},
    "groupadagrad": {},
    "signum": {},
    "nag": {"momentum": 0.9},
    "rmsprop": {},
    "adadelta": {},
}
for _text, _options in OPTIMIZERS.items():
    for _stype in ("row_sparse", "default"):
        for _lazy in (True, False) if _text.split()[0] in ("sgd", "adam") else (None,):

            def _trained(mx, text=_text, options=_options, stype=_stype, lazy=_lazy):
                random = source(text)
                weight = of(mx, stype, random.normal(size=(5, 2)))
                options = options if lazy is None else {**options, "lazy_update": lazy}
                updater = mx.optimizer.get_updater(mx.optimizer.create(text.split()[0], learning_rate=0.1, **options))
                for rows in ([0, 3], [3, 4], [0, 1, 3]):
                    data = random.normal(size=(len(rows), 2))
                    gradient = mx.nd.sparse.row_sparse_array((data, rows), shape=(5, 2), dtype="float32")
                    updater(0, gradient, weight)
                state = updater.states[0]
                states = [s for s in (state if isinstance(state, (list, tuple)) else [state]) if s is not None]
                return {"weight": facts(weight), "states": [facts(s) for s in states]}

            CASES.add(f"optimizer/{_text} {_stype} lazy={_lazy}", _trained, scaled=1e-5)


# -- files and forms ---------------------------------------------------------------------------------------------------
def saved(mx, data):
    """Return the bytes that nd.save writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.params")
        for array in data.values():
            array.wait_to_read()  # MXNet writes extents that are not known yet
        mx.nd.save(path, data)
        with open(path, "rb") as file:
            return file.read()


FILES = {
    "csr": lambda mx: of(mx, "csr", DENSE),
    "row_sparse": lambda mx: of(mx, "row_sparse", DENSE),
    "empty csr": lambda mx: mx.nd.sparse.zeros("csr", (2, 3)),
    "empty row_sparse": lambda mx: mx.nd.sparse.zeros("row_sparse", (2, 3)),
    "float64": lambda mx: of(mx, "csr", DENSE).astype("float64"),
    "three axes": lambda mx: mx.nd.ones((2, 3, 1)).tostype("row_sparse"),
    "other context": lambda mx: of(mx, "csr", DENSE).copyto(mx.cpu(1)),
}
for _text, _make in FILES.items():
    CASES.add(
        f"files/{_text}",
        lambda mx, make=_make: {"bytes": np.frombuffer(saved(mx, {"x": make(mx), "y": mx.nd.ones(2)}), "uint8")},
    )
    CASES.add(
        f"files/load {_text}",
        lambda mx, make=_make: facts(mx.nd.load_frombuffer(saved(mx, {"x": make(mx)}))["x"], parts=True),
    )
FORMS = {
    "csr": lambda mx: repr(of(mx, "csr", DENSE)),
    "row_sparse": lambda mx: str(of(mx, "row_sparse", DENSE)),
    "three axes": lambda mx: repr(mx.nd.ones((2, 3, 1)).tostype("row_sparse")),
    "attributes": lambda mx: [
        len(of(mx, "csr", DENSE)),
        of(mx, "csr", DENSE).ndim,
        of(mx, "csr", DENSE)._num_aux,
        of(mx, "row_sparse", DENSE)._num_aux,
        str(of(mx, "csr", DENSE).context),
        np.dtype(of(mx, "csr", DENSE).dtype).name,
        [np.dtype(t).name for t in of(mx, "csr", DENSE)._aux_types],
    ],
}
for _text, _function in FORMS.items():
    CASES.add(f"form/{_text}", lambda mx, function=_function: {"form": function(mx)})

# -- misuse ------------------------------------------------------------------------------------------------------------
MISUSE = {
    "csr of row_sparse": lambda mx: mx.nd.sparse.csr_matrix(of(mx, "row_sparse", DENSE)),
    "csr shape": lambda mx: mx.nd.sparse.csr_matrix(DENSE, shape=(2, 2)),
    "csr one axis": lambda mx: mx.nd.sparse.csr_matrix([0, 1]),
    "csr text": lambda mx: mx.nd.sparse.csr_matrix("a"),
    "csr tuple": lambda mx: mx.nd.sparse.csr_matrix((1, 2, 3, 4)),
    "csr without shape": lambda mx: mx.nd.sparse.csr_matrix(([], [], [0])),
    "zeros storage": lambda mx: mx.nd.sparse.zeros("foo", (2, 3)),
    "tostype": lambda mx: mx.nd.ones((2, 2)).tostype("foo"),
    "csr to row_sparse": lambda mx: of(mx, "csr", DENSE).tostype("row_sparse"),
    "three axes to csr": lambda mx: mx.nd.ones((2, 3, 4)).tostype("csr"),
    "copyto other storage": lambda mx: of(mx, "csr", DENSE).copyto(mx.nd.sparse.zeros("row_sparse", (3, 3))),
    "copyto shape": lambda mx: of(mx, "csr", DENSE).copyto(mx.nd.sparse.zeros("csr", (3, 4))),
    "array of list": lambda mx: mx.nd.sparse.array(DENSE),
    "index tuple": lambda mx: of(mx, "csr", DENSE)[0, 1],
    "index step": lambda mx: of(mx, "csr", DENSE)[0:3:2],
    "assign other storage": lambda mx: assigned(of(mx, "csr", DENSE), of(mx, "row_sparse", DENSE)),
    "assign list": lambda mx: assigned(of(mx, "csr", DENSE), DENSE),
    "assign shape": lambda mx: assigned(of(mx, "csr", DENSE), mx.nd.ones((2, 2))),
    "reshape": lambda mx: of(mx, "csr", DENSE).reshape((9,)),
    "retain of csr": lambda mx: mx.nd.sparse.retain(of(mx, "csr", DENSE), mx.nd.array([0])),
    "bool": lambda mx: bool(of(mx, "csr", DENSE)),
    "as_np_ndarray": lambda mx: of(mx, "csr", DENSE).as_np_ndarray(),
}
for _text, _function in MISUSE.items():
    CASES.raises(f"misuse/{_text}", _function)
FORMATS = {
    "sound": ([1, 2, 3], [1, 0, 2], [0, 1, 2, 3]),
    "column outside": ([1, 2, 3], [1, 0, 9], [0, 1, 2, 3]),
    "negative column": ([1, 2, 3], [1, 0, -1], [0, 1, 2, 3]),
    "indptr decreases": ([1, 2, 3], [1, 0, 2], [0, 2, 1, 3]),
    "indptr ends early": ([1, 2, 3], [1, 0, 2], [0, 1, 2, 2]),
    "indptr begins late": ([1, 2, 3], [1, 0, 2], [1, 1, 2, 3]),
    "unsorted": ([1, 2, 3], [1, 0, 2], [0, 2, 2, 3]),
    "column twice": ([1, 2, 3], [1, 1, 2], [0, 2, 2, 3]),
}
for _text, _parts in FORMATS.items():
    CASES.raises(
        f"check_format/csr {_text}",
        lambda mx, parts=_parts: mx.nd.sparse.csr_matrix(parts, shape=(3, 3)).check_format(),
    )
for _text, _indices in {"sound": [0, 2], "outside": [0, 3], "unsorted": [2, 0], "twice": [1, 1]}.items():
    CASES.raises(
        f"check_format/row_sparse {_text}",
        lambda mx, indices=_indices: mx.nd.sparse.row_sparse_array(([[1], [2]], indices), shape=(3, 1)).check_format(),
    )


# -- parameters, stores, executors -------------------------------------------------------------------------------------
def rows_of(mx, numbers, values, shape):
    """Return a row-sparse array."""
    return mx.nd.sparse.row_sparse_array((values, numbers), shape=shape, dtype="float32")


def row_sparse_parameter(mx):
    """Return a parameter of four rows, all ones, in row-sparse storage."""
    parameter = mx.gluon.Parameter("w", shape=(4, 2), stype="row_sparse", grad_stype="row_sparse")
    parameter.initialize(init=mx.init.One())
    return parameter


for _name, _options in {"sgd": {"momentum": 0.9, "wd": 0.1}, "adam": {}, "adagrad": {}, "ftrl": {}}.items():

    @CASES.case(f"gluon/row_sparse parameter {_name}", scaled=1e-5)
    def _(mx, name=_name, options=_options):
        parameter = row_sparse_parameter(mx)
        trainer = mx.gluon.Trainer([parameter], name, {"learning_rate": 0.5, **options})
        x = of(mx, "csr", [[0, 1, 0, 2]])
        for _ in range(3):
            with mx.autograd.record():
                y = (mx.nd.sparse.dot(x, parameter.row_sparse_data(mx.nd.array([1, 3]))) ** 2).sum()
            y.backward()
            trainer.step(1)
        return {
            "gradient": facts(parameter.grad(), parts=True),
            "rows": facts(parameter.row_sparse_data(mx.nd.array([3, 0, 3])), parts=True),
            "all": facts(parameter.list_row_sparse_data(mx.nd.arange(4))[0], parts=True),
        }

    @CASES.case(f"gluon/embedding {_name}", scaled=1e-5)
    def _(mx, name=_name, options=_options):
        answer = {}
        for hybrid in (False, True):
            net = mx.gluon.nn.Embedding(5, 2, sparse_grad=True)
            net.initialize(mx.init.One())
            if hybrid:
                net.hybridize()
            trainer = mx.gluon.Trainer(net.collect_params(), name, {"learning_rate": 0.5, **options})
            for words in ([1, 3, 3], [0, 1], [3, 3]):
                with mx.autograd.record():
                    y = (net(mx.nd.array(words)) ** 2).sum()
                y.backward()
                trainer.step(1)
            gradient = net.weight.grad()
            answer[f"weight {hybrid}"] = net.weight.data().asnumpy()
            answer[f"gradient {hybrid}"] = facts(gradient, True)
        return answer


@CASES.case("gluon/zero_grad")
def _(mx):
    parameter = mx.gluon.Parameter("w", shape=(4, 2), grad_stype="row_sparse")
    parameter.initialize(init=mx.init.One())
    with mx.autograd.record():
        y = (mx.nd.sparse.dot(of(mx, "csr", [[0, 1, 0, 2]]), parameter.data())).sum()
    y.backward()
    before = facts(parameter.grad(), parts=True)
    parameter.zero_grad()
    return {"before": before, "after": facts(parameter.grad(), parts=True), "data": facts(parameter.data())}


@CASES.case("gluon/SparseEmbedding")
def _(mx):
    layer = mx.gluon.contrib.nn.SparseEmbedding(5, 2)
    layer.initialize(mx.init.One())
    trainer = mx.gluon.Trainer(layer.collect_params(), "sgd", {"learning_rate": 1.0})
    with mx.autograd.record():
        y = layer(mx.nd.array([1, 3, 3])).sum()
    y.backward()
    trainer.step(1)
    return {
        "gradient": facts(layer.weight.grad(), parts=True),
        "rows": facts(layer.weight.row_sparse_data(mx.nd.arange(5)), parts=True),
    }


CASES.raises("misuse/row_sparse data()", lambda mx: row_sparse_parameter(mx).data())
CASES.raises("misuse/row_sparse list_data()", lambda mx: row_sparse_parameter(mx).list_data())
CASES.raises(
    "misuse/row_sparse_data without trainer", lambda mx: row_sparse_parameter(mx).row_sparse_data(mx.nd.array([0]))
)
CASES.raises("misuse/parameter stype", lambda mx: mx.gluon.Parameter("w", shape=(4, 2), stype="foo"))


@CASES.case("kvstore/row_sparse")
def _(mx):
    kv = mx.kv.create("local")
    kv.init("w", mx.nd.array(np.arange(8).reshape(4, 2) + 1).tostype("row_sparse"))
    out = mx.nd.sparse.zeros("row_sparse", (4, 2))
    kv.row_sparse_pull("w", out=out, row_ids=mx.nd.array([3, 1, 1]))
    answer = {"rows": facts(out, parts=True)}
    kv.pull("w", out=out)
    answer["pull leaves it out"] = facts(out, parts=True)
    dense = mx.nd.zeros((4, 2))
    kv.pull("w", out=dense, ignore_sparse=False)
    answer["dense"] = facts(dense)
    kv.push("w", [rows_of(mx, [1], [[2, 2]], (4, 2)), rows_of(mx, [1, 3], [[2, 2], [3, 3]], (4, 2))])
    kv.row_sparse_pull("w", out=out, row_ids=mx.nd.arange(4))
    answer["pushed"] = facts(out)
    outs = [mx.nd.sparse.zeros("row_sparse", (4, 2)) for _ in range(2)]
    kv.row_sparse_pull("w", out=outs, row_ids=[mx.nd.array([1]), mx.nd.array([3])])
    answer["several"] = [facts(o, parts=True) for o in outs]
    return answer


@CASES.case("kvstore/row_sparse optimizer")
def _(mx):
    kv = mx.kv.create("local")
    kv.init("w", mx.nd.ones((4, 2)).tostype("row_sparse"))
    kv.set_optimizer(mx.optimizer.SGD(learning_rate=1.0, wd=0.5))
    kv.push("w", rows_of(mx, [1], [[2, 2]], (4, 2)))
    out = mx.nd.sparse.zeros("row_sparse", (4, 2))
    kv.row_sparse_pull("w", out=out, row_ids=mx.nd.arange(4))
    return facts(out)


@CASES.case("executor/dot")
def _(mx):
    x, w = mx.sym.Variable("x", stype="csr"), mx.sym.Variable("w", stype="row_sparse", shape=(4, 2))
    executor = mx.sym.sparse.dot(x, w).simple_bind(mx.cpu(), x=(3, 4))
    executor.copy_params_from(
        {"x": of(mx, "csr", [[0, 1, 0, 0], [0, 0, 0, 0], [2, 0, 3, 0]]), "w": mx.nd.ones((4, 2)).tostype("row_sparse")}
    )
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((3, 2)))
    return {
        "arguments": [executor.arg_dict[name].stype for name in ("x", "w")],
        "out": facts(executor.outputs[0]),
        "gradient": facts(executor.grad_dict["w"], parts=True),
    }


@CASES.case("executor/bind")
def _(mx):
    arrays = {"x": of(mx, "csr", [[0, 1], [2, 0]]), "w": mx.nd.ones((2, 3))}
    gradients = {"w": mx.nd.sparse.zeros("row_sparse", (2, 3))}
    product = mx.sym.sparse.dot(mx.sym.Variable("x", stype="csr"), mx.sym.Variable("w"))
    executor = product.bind(mx.cpu(), arrays, args_grad=gradients)
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((2, 3)))
    return {"out": facts(executor.outputs[0]), "gradient": facts(gradients["w"], parts=True)}


@CASES.case("symbol/json")
def _(mx):
    x, w = mx.sym.Variable("x", stype="csr"), mx.sym.Variable("w", stype="row_sparse")
    y = mx.sym.sparse.retain(mx.sym.cast_storage(mx.sym.sparse.square(w), stype="row_sparse"), mx.sym.Variable("i"))
    return {"json": mx.sym.Group([mx.sym.sparse.dot(x, w), y]).tojson()}
