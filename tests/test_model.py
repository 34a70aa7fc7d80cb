"""The functions of mx.model: checkpoints as files. What they hold is tested with Module, in tests/module."""
import logging

import pytest

import mxlearn as mx
from mxlearn.base import DataError, FormatError


@pytest.fixture
def prefix(tmp_path):
    return str(tmp_path / "net")


SYMBOL = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
ARGUMENTS = {"fc_weight": mx.nd.ones((2, 3)), "fc_bias": mx.nd.zeros(2)}
STATES = {"mean": mx.nd.ones(1, ctx=mx.cpu(1))}


def test_a_checkpoint_comes_back(prefix, caplog):
    caplog.set_level(logging.INFO)
    mx.model.save_checkpoint(prefix, 12, SYMBOL, ARGUMENTS, STATES)
    assert caplog.messages == [f'Saved checkpoint to "{prefix}-0012.params"']
    symbol, arguments, states = mx.model.load_checkpoint(prefix, 12)
    assert symbol.tojson() == SYMBOL.tojson()
    assert {n: a.asnumpy().tolist() for n, a in arguments.items()} == {"fc_weight": [[1, 1, 1]] * 2, "fc_bias": [0, 0]}
    assert states["mean"].context == mx.cpu(0)


def test_parameters_may_be_written_and_read_alone(prefix, tmp_path):
    mx.model.save_checkpoint(prefix, 1, None, ARGUMENTS, {})
    assert [p.name for p in tmp_path.iterdir()] == ["net-0001.params"]
    arguments, states = mx.model.load_params(prefix, 1)
    assert sorted(arguments) == ["fc_bias", "fc_weight"] and states == {}


def test_missing_and_foreign_files(prefix):
    with pytest.raises(DataError, match="net-symbol.json"):
        mx.model.load_checkpoint(prefix, 1)
    with pytest.raises(DataError, match="net-0001.params"):
        mx.model.load_params(prefix, 1)
    mx.nd.save(f"{prefix}-0001.params", {"w": mx.nd.ones(1)})
    with pytest.raises(FormatError, match="'w' does not begin with 'arg:' or 'aux:'"):
        mx.model.load_params(prefix, 1)


def test_what_a_batch_callback_receives():
    parameters = mx.model.BatchEndParam(epoch=1, nbatch=2, eval_metric=None, locals={})
    assert parameters._fields == ("epoch", "nbatch", "eval_metric", "locals")
