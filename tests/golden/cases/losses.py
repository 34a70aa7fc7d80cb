"""Every loss of Gluon: values and gradients, with weights, sample weights and batch axes."""

import numpy as np

from ..harness import Cases, In, integers, normal, simplex, source, uniform

CASES = Cases()


def enter(case_id, name, *inputs, grad=(0,), sample_weight=None, hybrid=False, scaled=None, **options):
    """Enter one loss: its values, and its inputs' gradients for random head gradients.

    Further inputs, such as sample weights, are positional: a Gluon block takes no keywords. None leaves one out.
    """

    def run(mx):
        random = source(case_id)
        values = [i.draw(random) if isinstance(i, In) else i for i in inputs]
        arrays = [None if v is None else mx.nd.array(v, dtype=v.dtype) for v in values]
        if sample_weight is not None:
            arrays.append(mx.nd.array(random.uniform(0, 2, size=sample_weight)))
        loss = getattr(mx.gluon.loss, name)(**options)
        if hybrid:
            loss.hybridize()
        for k in grad:
            arrays[k].attach_grad()
        with mx.autograd.record():
            out = loss(*arrays)
        out.backward(mx.nd.array(random.normal(size=out.shape)))
        return {"loss": out.asnumpy(), **{f"grad{k}": arrays[k].grad.asnumpy() for k in grad}}

    CASES.add(case_id, run, scaled=scaled)


PAIRS = {
    "L2Loss": (normal(4, 3), normal(4, 3)),
    "L1Loss": (normal(4, 3), normal(4, 3)),
    "SigmoidBinaryCrossEntropyLoss": (normal(4, 3), integers(0, 2, 4, 3)),
    "HuberLoss": (normal(4, 3, scale=2.0), normal(4, 3)),
    "HingeLoss": (normal(4, 3), np.array([[1, -1, 1]] * 4, dtype="float32")),
    "SquaredHingeLoss": (normal(4, 3), np.array([[1, -1, 1]] * 4, dtype="float32")),
    "LogisticLoss": (normal(4, 3), np.array([[1, -1, 1]] * 4, dtype="float32")),
    "PoissonNLLLoss": (uniform(0.1, 2, 4, 3), integers(0, 5, 4, 3)),
}
for _name, _pair in PAIRS.items():
    enter(f"{_name}/default", _name, *_pair)
    enter(f"{_name}/weight", _name, *_pair, weight=0.3)
    if _name == "PoissonNLLLoss":
        enter(f"{_name}/sample_weight", _name, *_pair, sample_weight=(4, 3))
        continue
    enter(f"{_name}/sample_weight", _name, *_pair, sample_weight=(4, 1))
    enter(f"{_name}/batch_axis", _name, *_pair, batch_axis=1)
    enter(f"{_name}/hybridized", _name, *_pair, hybrid=True)
    enter(
        f"{_name}/3d",
        _name,
        normal(2, 3, 2),
        *(i if isinstance(i, In) else In("integers", (2, 3, 2), 0, 2) for i in (normal(2, 3, 2),)),
    )
enter("L2Loss/label gradient", "L2Loss", normal(4, 3), normal(4, 3), grad=(0, 1))
enter("L2Loss/label of another shape", "L2Loss", normal(4, 1), normal(4))
enter(
    "SigmoidBCELoss/from_sigmoid", "SigmoidBCELoss", uniform(0.05, 0.95, 4, 3), integers(0, 2, 4, 3), from_sigmoid=True
)
enter("SigmoidBCELoss/pos_weight", "SigmoidBCELoss", normal(4, 3), integers(0, 2, 4, 3), None, uniform(1, 3, 1, 3))
enter(
    "SigmoidBCELoss/pos_weight from_sigmoid",
    "SigmoidBCELoss",
    uniform(0.05, 0.95, 4, 3),
    integers(0, 2, 4, 3),
    None,
    uniform(1, 3, 1, 3),
    from_sigmoid=True,
)
enter(
    "SigmoidBCELoss/large",
    "SigmoidBCELoss",
    np.array([[-100.0, 100.0]], dtype="float32"),
    np.array([[1.0, 0.0]], dtype="float32"),
)
enter("HuberLoss/rho", "HuberLoss", normal(4, 3, scale=2.0), normal(4, 3), rho=0.5)
enter("HingeLoss/margin", "HingeLoss", normal(4, 3), np.array([[1, -1, 1]] * 4, dtype="float32"), margin=2.0)
enter(
    "SquaredHingeLoss/margin", "SquaredHingeLoss", normal(4, 3), np.array([[1, -1, 1]] * 4, dtype="float32"), margin=0.5
)
enter("LogisticLoss/binary", "LogisticLoss", normal(4, 3), integers(0, 2, 4, 3), label_format="binary")
enter("PoissonNLLLoss/not logits", "PoissonNLLLoss", uniform(0.5, 2, 4, 3), integers(0, 5, 4, 3), from_logits=False)

_labels = np.array([0, 2, 4, 1], dtype="float32")
for _name in ("SoftmaxCrossEntropyLoss", "SoftmaxCELoss"):
    enter(f"{_name}/default", _name, normal(4, 5), _labels)
enter(
    "SoftmaxCrossEntropyLoss/dense labels",
    "SoftmaxCrossEntropyLoss",
    normal(4, 5),
    simplex(4, 5),
    sparse_label=False,
    scaled=1e-5,
)
enter(
    "SoftmaxCrossEntropyLoss/dense label gradient",
    "SoftmaxCrossEntropyLoss",
    normal(4, 5),
    simplex(4, 5),
    sparse_label=False,
    grad=(0, 1),
)
enter("SoftmaxCrossEntropyLoss/from_logits", "SoftmaxCrossEntropyLoss", normal(4, 5), _labels, from_logits=True)
enter("SoftmaxCrossEntropyLoss/axis", "SoftmaxCrossEntropyLoss", normal(2, 3, 4), integers(0, 3, 2, 4), axis=1)
enter("SoftmaxCrossEntropyLoss/weight", "SoftmaxCrossEntropyLoss", normal(4, 5), _labels, weight=2.0)
enter("SoftmaxCrossEntropyLoss/sample_weight", "SoftmaxCrossEntropyLoss", normal(4, 5), _labels, sample_weight=(4, 1))
enter(
    "SoftmaxCrossEntropyLoss/batch_axis", "SoftmaxCrossEntropyLoss", normal(2, 3, 4), integers(0, 4, 2, 3), batch_axis=1
)
enter("SoftmaxCrossEntropyLoss/hybridized", "SoftmaxCrossEntropyLoss", normal(4, 5), _labels, hybrid=True)
enter(
    "SoftmaxCrossEntropyLoss/large",
    "SoftmaxCrossEntropyLoss",
    np.array([[1000, 0], [0, 1000]], dtype="float32"),
    np.array([1, 1], dtype="float32"),
    scaled=1e-5,
)
enter("KLDivLoss/log inputs", "KLDivLoss", normal(4, 5), simplex(4, 5))
enter("KLDivLoss/logits", "KLDivLoss", normal(4, 5), simplex(4, 5), from_logits=False, scaled=1e-5)
enter("KLDivLoss/axis", "KLDivLoss", normal(2, 3, 4), simplex(2, 3, 4), from_logits=False, axis=1)
enter(
    "KLDivLoss/weight sample_weight",
    "KLDivLoss",
    normal(4, 5),
    simplex(4, 5),
    from_logits=False,
    weight=0.5,
    sample_weight=(4, 1),
)
enter("TripletLoss/default", "TripletLoss", normal(4, 3), normal(4, 3), normal(4, 3), grad=(0, 1, 2))
enter(
    "TripletLoss/margin weight",
    "TripletLoss",
    normal(4, 3),
    normal(4, 3),
    normal(4, 3),
    grad=(0, 1, 2),
    margin=3.0,
    weight=0.5,
)
enter(
    "CosineEmbeddingLoss/default",
    "CosineEmbeddingLoss",
    normal(4, 3),
    normal(4, 3),
    np.array([1, -1, 1, -1], dtype="float32"),
    grad=(0, 1),
)
enter(
    "CosineEmbeddingLoss/margin",
    "CosineEmbeddingLoss",
    normal(4, 3),
    normal(4, 3),
    np.array([1, -1, 1, -1], dtype="float32"),
    grad=(0, 1),
    margin=0.3,
)
enter("CTCLoss/NTC", "CTCLoss", normal(2, 6, 4), np.array([[0, 1, -1], [2, 2, 1]], dtype="float32"), scaled=1e-5)
enter(
    "CTCLoss/TNC",
    "CTCLoss",
    normal(6, 2, 4),
    np.array([[0, 1, -1], [2, 2, 1]], dtype="float32"),
    layout="TNC",
    scaled=1e-5,
)
enter(
    "CTCLoss/lengths",
    "CTCLoss",
    normal(2, 6, 4),
    np.array([[0, 1, 2], [2, 2, 1]], dtype="float32"),
    np.array([6, 5], dtype="float32"),
    np.array([2, 3], dtype="float32"),
    scaled=1e-5,
)
enter("SDMLLoss/default", "SDMLLoss", normal(4, 3), normal(4, 3), grad=(0, 1), scaled=1e-5)


@CASES.case("PoissonNLLLoss/full, not recorded")
def _(mx):
    random = source("PoissonNLLLoss/full")
    pred, target = mx.nd.array(random.uniform(0.5, 2, size=(4, 3))), mx.nd.array(random.randint(1, 6, size=(4, 3)))
    loss = mx.gluon.loss.PoissonNLLLoss(from_logits=False, compute_full=True)(pred, target)
    return {"loss": loss.asnumpy()}


@CASES.case("mean over the batch")
def _(mx):
    x = mx.nd.array([[1, 2], [3, 5]])
    x.attach_grad()
    with mx.autograd.record():
        loss = mx.gluon.loss.L2Loss()(x, mx.nd.zeros((2, 2))).mean()
    loss.backward()
    return {
        "loss": loss.asnumpy(),
        "gradient": x.grad.asnumpy(),
        "repr": repr(mx.gluon.loss.L2Loss(batch_axis=1, weight=2.0)),
    }
