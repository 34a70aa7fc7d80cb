"""Normalization layers, with what training leaves in the moving averages."""

import numpy as np

from ..harness import Cases, normal, uniform

CASES = Cases()
op = CASES.op


def states(channels):
    """gamma, beta, moving mean and moving variance."""
    return uniform(0.5, 1.5, channels), normal(channels), normal(channels), uniform(0.5, 2, channels)


OPTIONS = {
    "default": {},
    "fix_gamma False": {"fix_gamma": False},
    "momentum eps": {"fix_gamma": False, "momentum": 0.5, "eps": 0.01},
    "global stats": {"fix_gamma": False, "use_global_stats": True},
}
for _text, _attrs in OPTIONS.items():
    op(
        f"BatchNorm/{_text}",
        "BatchNorm",
        normal(4, 3, 2, 2),
        *states(3),
        grad=(0, 1, 2),
        aux=(3, 4),
        scaled=1e-5,
        **_attrs,
    )
    op(
        f"BatchNorm/{_text} inference",
        "BatchNorm",
        normal(4, 3, 2, 2),
        *states(3),
        grad=(0, 1, 2),
        aux=(3, 4),
        train=False,
        scaled=1e-5,
        **_attrs,
    )
op("BatchNorm/2d data", "BatchNorm", normal(6, 3), *states(3), fix_gamma=False, grad=(0, 1, 2), aux=(3, 4), scaled=1e-5)
op(
    "BatchNorm/axis -1",
    "BatchNorm",
    normal(2, 3, 4),
    *states(4),
    axis=-1,
    fix_gamma=False,
    grad=(0, 1, 2),
    aux=(3, 4),
    scaled=1e-5,
)
op(
    "BatchNorm/axis 0",
    "BatchNorm",
    normal(3, 5),
    *states(3),
    axis=0,
    fix_gamma=False,
    grad=(0, 1, 2),
    aux=(3, 4),
    scaled=1e-5,
)
op(
    "BatchNorm/output_mean_var",
    "BatchNorm",
    normal(4, 3, 2),
    *states(3),
    fix_gamma=False,
    output_mean_var=True,
    grad=(0, 1, 2),
    heads=(0,),
    aux=(3, 4),
    scaled=1e-5,
)
op(
    "BatchNorm/5d data",
    "BatchNorm",
    normal(2, 3, 2, 2, 2),
    *states(3),
    fix_gamma=False,
    grad=(0, 1, 2),
    aux=(3, 4),
    scaled=1e-5,
)


@CASES.case("BatchNorm/moving averages after three batches", scaled=1e-5)
def _(mx):
    random = np.random.RandomState(11)
    gamma, beta, mean, var = mx.nd.ones(2), mx.nd.zeros(2), mx.nd.zeros(2), mx.nd.ones(2)
    gamma.attach_grad()
    for _step in range(3):
        with mx.autograd.record():
            y = mx.nd.BatchNorm(mx.nd.array(random.normal(size=(5, 2, 3))), gamma, beta, mean, var, fix_gamma=False)
        y.backward()
    return {"mean": mean.asnumpy(), "var": var.asnumpy()}


@CASES.case("BatchNorm/moving averages after forward alone")
def _(mx):
    mean, var = mx.nd.zeros(2), mx.nd.ones(2)
    with mx.autograd.record():
        y = mx.nd.BatchNorm(mx.nd.arange(12).reshape((3, 2, 2)), mx.nd.ones(2), mx.nd.zeros(2), mean, var)
    y.wait_to_read()
    return {"mean": mean.asnumpy(), "var": var.asnumpy()}


for _axis, _shape in ((-1, (2, 3, 4)), (1, (2, 3, 4)), (0, (5, 2))):
    op(
        f"LayerNorm/axis {_axis}",
        "LayerNorm",
        normal(*_shape),
        uniform(0.5, 1.5, _shape[_axis]),
        normal(_shape[_axis]),
        axis=_axis,
        scaled=1e-5,
    )
op("LayerNorm/eps", "LayerNorm", normal(3, 4), uniform(0.5, 1.5, 4), normal(4), eps=0.1)
op(
    "LayerNorm/output_mean_var",
    "LayerNorm",
    normal(3, 4),
    uniform(0.5, 1.5, 4),
    normal(4),
    output_mean_var=True,
    heads=(0,),
    scaled=1e-5,
)
op("GroupNorm/two groups", "GroupNorm", normal(2, 4, 3), uniform(0.5, 1.5, 2), normal(2), num_groups=2, scaled=1e-5)
op(
    "GroupNorm/one group",
    "GroupNorm",
    normal(2, 4, 3, 2),
    uniform(0.5, 1.5, 1),
    normal(1),
    num_groups=1,
    eps=0.01,
    scaled=1e-5,
)
op(
    "GroupNorm/a group a channel",
    "GroupNorm",
    normal(2, 4, 5),
    uniform(0.5, 1.5, 4),
    normal(4),
    num_groups=4,
    scaled=1e-5,
)
op("InstanceNorm/3d", "InstanceNorm", normal(2, 3, 5), uniform(0.5, 1.5, 3), normal(3), scaled=1e-5)
op("InstanceNorm/4d eps", "InstanceNorm", normal(2, 3, 4, 4), uniform(0.5, 1.5, 3), normal(3), eps=0.1, scaled=1e-5)
for _mode in ("instance", "channel", "spatial"):
    op(f"L2Normalization/{_mode}", "L2Normalization", normal(2, 3, 4), mode=_mode)
    op(f"L2Normalization/{_mode} 4d eps", "L2Normalization", normal(2, 3, 2, 2), mode=_mode, eps=0.1)
op("LRN/default size", "LRN", normal(2, 6, 3, 3), nsize=5)
op("LRN/options", "LRN", normal(2, 6, 2, 2), nsize=3, alpha=0.1, beta=0.5, knorm=1.0)
