"""What every initializer does: exact values where they are certain, statistics where they are random."""

import numpy as np

from ..harness import Cases

CASES = Cases()


def fill(mx, initializer, name, shape):
    """Return a parameter of this name after the initializer has filled it."""
    array = mx.nd.zeros(shape) + 9
    initializer(mx.init.InitDesc(name), array)
    return array.asnumpy()


def same_distribution(case_id, make, shape, *, kind, scale):
    """Enter a random initializer whose theory is known: ``scale`` is the uniform bound or the normal sigma.

    Stored are MXNet's own deviations from the theory rounded to whether they are within 5%, so the test is
    the same for both packages; a draw of 60,000 numbers keeps the chance of a false alarm below 1e-9.
    """

    def run(mx):
        value = fill(mx, make(mx), "x_weight", shape).astype("float64")
        sigma = scale / np.sqrt(3) if kind == "uniform" else scale
        bound = np.abs(value).max()
        return {
            "dtype": "float32",
            "mean is zero": bool(abs(value.mean()) < 0.03 * sigma),
            "deviation": bool(abs(value.std() / sigma - 1) < 0.03),
            "bounded": bool(bound <= scale * 1.0001),
            "reaches the bound": bool(bound > 0.99 * scale),
            "varied": bool(len(np.unique(value)) > 0.5 * value.size),
        }

    CASES.add(case_id, run)


_dense = (300, 200)
_conv = (64, 32, 5, 6)
same_distribution("Uniform/default", lambda mx: mx.init.Uniform(), _dense, kind="uniform", scale=0.07)
same_distribution("Uniform/scale", lambda mx: mx.init.Uniform(0.5), _dense, kind="uniform", scale=0.5)
same_distribution("Normal/default", lambda mx: mx.init.Normal(), _dense, kind="normal", scale=0.01)
same_distribution("Normal/sigma", lambda mx: mx.init.Normal(2.0), _dense, kind="normal", scale=2.0)
for _shape, _text in ((_dense, "dense"), (_conv, "convolution")):
    _area = int(np.prod(_shape[2:]))
    _in, _out = _shape[1] * _area, _shape[0] * _area
    for _factor, _fan in {"avg": (_in + _out) / 2, "in": _in, "out": _out}.items():
        for _kind, _type in {"uniform": "uniform", "normal": "gaussian"}.items():
            same_distribution(
                f"Xavier/{_type} {_factor} {_text}",
                lambda mx, t=_type, f=_factor: mx.init.Xavier(rnd_type=t, factor_type=f, magnitude=2.5),
                _shape,
                kind=_kind,
                scale=np.sqrt(2.5 / _fan),
            )
        same_distribution(
            f"MSRAPrelu/{_factor} {_text}",
            lambda mx, f=_factor: mx.init.MSRAPrelu(f, slope=0.3),
            _shape,
            kind="normal",
            scale=np.sqrt(2 / (1 + 0.3**2) / _fan),
        )
same_distribution("Xavier/default", lambda mx: mx.init.Xavier(), _dense, kind="uniform", scale=np.sqrt(3 / 250))
same_distribution(
    "MSRAPrelu/default", lambda mx: mx.init.MSRAPrelu(), _dense, kind="normal", scale=np.sqrt(2 / 1.0625 / 250)
)


def orthogonal(make, shape):
    def run(mx):
        value = fill(mx, make(mx), "x_weight", shape).reshape((shape[0], -1)).astype("float64")
        gram = value @ value.T if value.shape[0] <= value.shape[1] else value.T @ value
        return {"gram": gram.round(4) + 0.0}

    return run


CASES.add("Orthogonal/wide", orthogonal(lambda mx: mx.init.Orthogonal(), (3, 8)))
CASES.add("Orthogonal/tall", orthogonal(lambda mx: mx.init.Orthogonal(scale=2.0), (8, 3)))
CASES.add("Orthogonal/normal", orthogonal(lambda mx: mx.init.Orthogonal(rand_type="normal", scale=1.0), (4, 2, 2)))

EXACT = {
    "Zero": (lambda mx: mx.init.Zero(), "x_weight", (2, 3)),
    "One": (lambda mx: mx.init.One(), "x_weight", (2, 3)),
    "Constant": (lambda mx: mx.init.Constant(2.5), "x_weight", (2, 3)),
    "Bilinear/4": (lambda mx: mx.init.Bilinear(), "up_weight", (2, 1, 4, 4)),
    "Bilinear/3": (lambda mx: mx.init.Bilinear(), "up_weight", (1, 2, 3, 3)),
    "Bilinear/5x4": (lambda mx: mx.init.Bilinear(), "up_weight", (1, 1, 5, 4)),
    "LSTMBias/forget 1": (lambda mx: mx.init.LSTMBias(), "l0_i2h_weight", (12,)),
    "LSTMBias/forget 2": (lambda mx: mx.init.LSTMBias(forget_bias=2.0), "l0_i2h_weight", (8,)),
}
for _text, (_make, _name, _shape) in EXACT.items():
    CASES.add(_text, lambda mx, make=_make, name=_name, shape=_shape: {"value": fill(mx, make(mx), name, shape)})


def fill_by_text(mx, initializer, name, shape):
    """Return a parameter that an initializer has filled by its plain name, in MXNet's older calling form."""
    array = mx.nd.zeros(shape) + 9
    initializer(name, array)
    return array.asnumpy()


for _name in (
    "fc_bias",
    "bn_gamma",
    "bn_beta",
    "bn_moving_mean",
    "bn_moving_var",
    "bn_moving_inv_var",
    "bn_moving_avg",
    "upsampling",
    "bn_running_mean",
    "bn_running_var",
    "state",
):

    def _run(mx, name=_name):
        try:
            return {"value": fill_by_text(mx, mx.init.Xavier(), name, (2, 2, 3, 3) if name == "upsampling" else (4,))}
        except ValueError:
            return {"value": "ValueError"}

    CASES.add(f"plain name/{_name}", _run)
for _name in ("fc_bias", "bn_gamma", "bn_beta", "q_min", "q_max"):
    CASES.add(f"name pattern/{_name}", lambda mx, name=_name: {"value": fill(mx, mx.init.Xavier(), name, (4,))})


@CASES.case("Mixed")
def _(mx):
    mixed = mx.init.Mixed(["bias", "conv.*weight", ".*"], [mx.init.One(), mx.init.Constant(3), mx.init.Constant(7)])
    return {n: fill(mx, mixed, n, (2, 2)) for n in ("fc_bias", "conv1_weight", "fc_weight")}


@CASES.case("Load")
def _(mx):
    load = mx.init.Load({"arg:fc_weight": mx.nd.array([[1, 2]])}, default_init=mx.init.Constant(4))
    answer = {}
    for name in ("fc_weight", "other_weight"):
        array = mx.nd.zeros((1, 2))
        load(name, array)
        answer[name] = array.asnumpy()
    return answer


@CASES.case("variable's own initializer")
def _(mx):
    array = mx.nd.zeros((2,))
    desc = mx.init.InitDesc("fc_weight", attrs={"__init__": mx.init.Constant(5).dumps()})
    mx.init.Zero()(desc, array)
    return {"value": array.asnumpy()}


@CASES.case("dumps")
def _(mx):
    i = mx.init
    return {
        "texts": [
            x.dumps()
            for x in (
                i.Zero(),
                i.One(),
                i.Constant(2.5),
                i.Uniform(),
                i.Normal(0.1),
                i.Xavier(),
                i.MSRAPrelu(),
                i.Orthogonal(),
                i.Bilinear(),
                i.LSTMBias(2.0),
                i.Xavier("gaussian", "in", 2),
            )
        ]
    }


@CASES.case("create by name")
def _(mx):
    names = (
        "zeros",
        "ones",
        "zero",
        "one",
        "uniform",
        "normal",
        "xavier",
        "msraprelu",
        "orthogonal",
        "bilinear",
        "gaussian",
    )
    found = {}
    for name in names:
        try:
            found[name] = type(mx.init.create(name)).__name__
        except Exception:
            found[name] = "none"
    return found


@CASES.case("gluon parameter by name")
def _(mx):
    p = mx.gluon.Parameter("x_weight", shape=(2, 3), init="ones")
    p.initialize()
    q = mx.gluon.Parameter("x_bias", shape=(2,))
    q.initialize(init=mx.init.Constant(4))
    r = mx.gluon.Parameter("x_weight", shape=(2,))
    r.initialize(default_init=mx.init.Constant(6))
    s = mx.gluon.Parameter("x_bias", shape=(2,))
    s.initialize(default_init=mx.init.Constant(6))
    return {
        "ones": p.data().asnumpy(),
        "init": q.data().asnumpy(),
        "default": r.data().asnumpy(),
        "default on bias": s.data().asnumpy(),
    }


@CASES.case("gluon layers' defaults")
def _(mx):
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(
            mx.gluon.nn.Dense(4, in_units=3),
            mx.gluon.nn.BatchNorm(in_channels=4),
            mx.gluon.nn.PReLU(),
            mx.gluon.nn.LayerNorm(in_channels=4),
        )
    net.initialize(mx.init.One())
    return {k: v.data().asnumpy() for k, v in net.collect_params().items()}
