"""Output layers that carry their own loss, and the losses among the operators."""

import numpy as np

from ..harness import Cases, integers, normal, uniform

CASES = Cases()
op = CASES.op

_labels = np.array([0, 2, 3, 1], dtype="float32")
SOFTMAX = {
    "default": {},
    "grad_scale": {"grad_scale": 2.5},
    "normalization batch": {"normalization": "batch"},
    "normalization valid": {"normalization": "valid", "use_ignore": True, "ignore_label": 2},
    "ignore": {"use_ignore": True, "ignore_label": 0},
    "ignore off": {"ignore_label": 0},
    "out_grad": {"out_grad": True},
    "smooth_alpha": {"smooth_alpha": 0.1},
    "smooth_alpha scale": {"smooth_alpha": 0.2, "grad_scale": 0.5, "normalization": "batch"},
}
for _text, _attrs in SOFTMAX.items():
    op(f"SoftmaxOutput/{_text}", "SoftmaxOutput", normal(4, 5), _labels, grad=(0,), **_attrs)
op("SoftmaxOutput/probability labels", "SoftmaxOutput", normal(3, 4), uniform(0, 1, 3, 4), grad=(0,))
op("SoftmaxOutput/multi_output", "SoftmaxOutput", normal(2, 3, 4), integers(0, 3, 2, 4), multi_output=True, grad=(0,))
op(
    "SoftmaxOutput/multi_output ignore valid",
    "SoftmaxOutput",
    normal(2, 3, 4),
    integers(0, 3, 2, 4),
    multi_output=True,
    use_ignore=True,
    ignore_label=1,
    normalization="valid",
    grad=(0,),
)
op(
    "SoftmaxOutput/multi_output batch",
    "SoftmaxOutput",
    normal(2, 3, 2, 2),
    integers(0, 3, 2, 2, 2),
    multi_output=True,
    normalization="batch",
    grad=(0,),
)
op(
    "SoftmaxOutput/preserve_shape",
    "SoftmaxOutput",
    normal(2, 3, 4),
    integers(0, 4, 2, 3),
    preserve_shape=True,
    grad=(0,),
)
op("SoftmaxOutput/inference", "SoftmaxOutput", normal(4, 5), _labels, grad=(0,), train=False)
op("Softmax alias", "Softmax", normal(4, 5), _labels, grad=(0,))
for _name in ("LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput"):
    op(f"{_name}/default", _name, normal(4, 3), uniform(0, 1, 4, 3), grad=(0,))
    op(f"{_name}/grad_scale", _name, normal(4, 3), uniform(0, 1, 4, 3), grad_scale=0.5, grad=(0,))
    op(f"{_name}/flat label", _name, normal(4, 1), uniform(0, 1, 4), grad=(0,))
op(
    "MAERegressionOutput/exact hit",
    "MAERegressionOutput",
    np.array([[1], [2]], dtype="float32"),
    np.array([[1], [3]], dtype="float32"),
    grad=(0,),
)
op("MakeLoss/default", "MakeLoss", uniform(0, 1, 3, 4))
op("MakeLoss/grad_scale", "MakeLoss", uniform(0, 1, 3, 4), grad_scale=3.0)
op("MakeLoss/batch", "MakeLoss", uniform(0, 1, 3, 4), normalization="batch")
op("MakeLoss/valid", "MakeLoss", uniform(-1, 1, 3, 4), normalization="valid", valid_thresh=0.0)
op("make_loss/operator", "make_loss", uniform(0, 1, 3, 4))
op("BlockGrad", "", normal(3), call=lambda mx, x: x * mx.nd.BlockGrad(x))
op("softmax_cross_entropy", "softmax_cross_entropy", normal(4, 5), _labels, grad=(0,))
op("softmax_cross_entropy/ones", "softmax_cross_entropy", normal(4, 5), _labels, grad=(0,), heads=False)
op("SVMOutput/default", "SVMOutput", normal(4, 5), _labels, grad=(0,))
op("SVMOutput/linear", "SVMOutput", normal(4, 5), _labels, use_linear=True, grad=(0,))
op("SVMOutput/options", "SVMOutput", normal(4, 5), _labels, margin=0.5, regularization_coefficient=2.0, grad=(0,))
op("smooth_l1/at the knee", "smooth_l1", np.array([-1, -0.25, 0, 0.25, 1], dtype="float32"), scalar=2.0)

_words = np.array([[1, 2, 0], [3, 0, 0]], dtype="float32")
op("CTCLoss/blank first", "CTCLoss", normal(6, 2, 5), _words, grad=(0,), scaled=1e-5)
op(
    "CTCLoss/blank last",
    "CTCLoss",
    normal(6, 2, 5),
    np.array([[0, 1, -1], [3, 3, 2]], dtype="float32"),
    blank_label="last",
    grad=(0,),
    scaled=1e-5,
)
op(
    "CTCLoss/lengths",
    "CTCLoss",
    normal(6, 2, 5),
    np.array([[1, 2, 2], [3, 1, 4]], dtype="float32"),
    np.array([6, 4], dtype="float32"),
    np.array([3, 2], dtype="float32"),
    use_data_lengths=True,
    use_label_lengths=True,
    grad=(0,),
    scaled=1e-5,
)
op(
    "ctc_loss/label lengths",
    "",
    normal(5, 2, 4),
    np.array([[1, 2], [3, 1]], dtype="float32"),
    np.array([2, 1], dtype="float32"),
    grad=(0,),
    call=lambda mx, x, y, n: mx.nd.ctc_loss(x, y, label_lengths=n, use_label_lengths=True),
    scaled=1e-5,
)
