"""Updates of several weights as a symbol, against the same updates of arrays."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError


def test_group_of_updates_gives_what_the_updates_of_arrays_give():
    random = np.random.RandomState(0)
    names = [f"{kind}{i}" for i in (0, 1) for kind in ("weight", "grad", "mom")]
    values = {name: mx.nd.array(random.normal(size=(2, 3))) for name in names}
    options = dict(lrs=(0.1, 0.2), wds=(0.0, 0.1), momentum=0.9, rescale_grad=0.5, num_weights=2)
    expected = mx.nd.multi_sgd_mom_update(*[values[name].copy() for name in names], **options)
    group = mx.sym.multi_sgd_mom_update(*map(mx.sym.Variable, names), **options)
    outputs = group.bind(mx.cpu(), values).forward()
    for got, wanted in zip(outputs, expected, strict=True):
        np.testing.assert_array_equal(got.asnumpy(), wanted.asnumpy())


def test_too_few_symbols_are_refused():
    with pytest.raises(ArgumentError, match="multi_mp_sgd_update: 2 weights need"):
        mx.sym.multi_mp_sgd_update(mx.sym.Variable("weight"), lrs=(1, 1), wds=(0, 0), num_weights=2)


@pytest.mark.parametrize("name", ["preloaded_multi_sgd_update", "preloaded_multi_mp_sgd_mom_update", "reset_arrays"])
def test_what_a_graph_cannot_do_is_refused_with_the_reason(name):
    with pytest.raises(AttributeError, match="mx.nd"):
        getattr(mx.sym, name)


@pytest.mark.parametrize("name", ["quantize_v2", "quantized_conv", "dgl_subgraph", "edge_id", "backward_quadratic"])
def test_what_is_not_here_is_refused_with_the_reason(name):
    for module in (mx.nd.contrib, mx.sym.contrib):
        with pytest.raises(AttributeError, match="(are not here|mx.autograd)"):
            getattr(module, name)
