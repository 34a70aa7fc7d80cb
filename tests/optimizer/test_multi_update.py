"""Updates of several weights in one call give what one call for each weight gives."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, ShapeError

SINGLE = ["sgd_update", "sgd_mom_update", "mp_sgd_update", "mp_sgd_mom_update"]


def arrays(single, size, seed):
    rng = np.random.default_rng(seed)
    low = "float16" if single.startswith("mp") else "float32"
    made = [mx.nd.array(rng.normal(size=size), dtype=low) for _ in range(2)]
    if "mom" in single:
        made.append(mx.nd.array(rng.normal(size=size), dtype="float32"))
    if single.startswith("mp"):
        made.append(made[0].astype("float32"))
    return made


@pytest.mark.parametrize("single", SINGLE)
@pytest.mark.parametrize("preloaded", [False, True])
def test_several_updates_are_each_weights_update(single, preloaded):
    options = {"momentum": 0.9} if "mom" in single else {}
    options.update(rescale_grad=0.5, clip_gradient=0.4)
    lrs, wds = (0.1, 0.2), (0.0, 0.5)
    expected = [arrays(single, 3, 0), arrays(single, 4, 1)]
    for group, lr, wd in zip(expected, lrs, wds, strict=True):
        getattr(mx.nd, single)(*group, out=group[0], lr=lr, wd=wd, **options)

    groups = [arrays(single, 3, 0), arrays(single, 4, 1)]
    flat = [array for group in groups for array in group]
    out = [group[0] for group in groups]
    name = single.replace("mp_sgd", "multi_mp_sgd") if "mp" in single else f"multi_{single}"
    if preloaded:
        rates = [mx.nd.array(lrs), mx.nd.array(wds)]
        returned = getattr(mx.nd, f"preloaded_{name}")(*flat, *rates, num_weights=2, out=out, **options)
    else:
        returned = getattr(mx.nd, name)(*flat, lrs=lrs, wds=wds, num_weights=2, out=out, **options)
    assert returned[0] is out[0] and returned[1] is out[1]
    for group, wanted in zip(groups, expected, strict=True):
        for array, value in zip(group, wanted, strict=True):
            np.testing.assert_allclose(array.asnumpy(), value.asnumpy(), rtol=1e-6)


def test_nothing_changes_where_one_weight_does_not_fit():
    flat = [mx.nd.ones((2,)) for _ in range(5)] + [mx.nd.ones((3,))]
    with pytest.raises(ShapeError, match="weight 1"):
        mx.nd.multi_sgd_mom_update(*flat, lrs=(1, 1), wds=(0, 0), num_weights=2, out=[flat[0], flat[3]])
    assert all((array.asnumpy() == 1).all() for array in flat)


def test_counts_must_fit():
    one = mx.nd.ones((2,))
    with pytest.raises(ArgumentError, match="2 weights need"):
        mx.nd.multi_sgd_mom_update(one, one, one, lrs=(1, 1), wds=(0, 0), num_weights=2)
    with pytest.raises(ArgumentError, match="1 weights need"):
        mx.nd.multi_sgd_mom_update(one, one, one, lrs=(1, 1), wds=(0,))
