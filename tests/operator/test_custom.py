"""mx.operator: operators written in Python, in every place where an operator can stand."""
import numpy as np
import pytest

import mxlearn as mx

nd, sym = mx.nd, mx.sym


class Cube(mx.operator.CustomOp):
    """Keeps on itself what backward needs, as users do."""

    made = 0

    def __init__(self):
        super().__init__()
        Cube.made += 1

    def forward(self, is_train, req, in_data, out_data, aux):
        self.square = in_data[0] * in_data[0]
        self.assign(out_data[0], req[0], self.square * in_data[0])

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], 3 * self.square * out_grad[0])


@mx.operator.register("cube")
class CubeProp(mx.operator.CustomOpProp):
    def create_operator(self, ctx, in_shapes, in_dtypes):
        return Cube()


def test_an_operator_runs_on_arrays_and_backward():
    x = nd.array([1, 2])
    x.attach_grad()
    with mx.autograd.record():
        y = nd.Custom(x, op_type="cube")
    y.backward()
    assert y.asnumpy().tolist() == [1, 8] and x.grad.asnumpy().tolist() == [3, 12]


def test_each_use_before_a_backward_keeps_its_own_state():
    net = mx.gluon.nn.HybridLambda(lambda F, x: F.Custom(x, op_type="cube"))
    net.hybridize()
    x = nd.array([1, 2])
    x.attach_grad()
    with mx.autograd.record():
        y = net(x) + net(2 * x)
    y.backward()
    assert x.grad.asnumpy().tolist() == [3 + 24, 12 + 96]


def test_an_executor_keeps_one_operator_over_its_iterations():
    executor = sym.Custom(sym.var("x"), op_type="cube").simple_bind(mx.cpu(), x=(2,))
    before = Cube.made
    for _ in range(3):
        executor.forward(is_train=True, x=nd.array([1, 2]))
        executor.backward(nd.ones(2))
    assert Cube.made == before + 1
    assert executor.grad_dict["x"].asnumpy().tolist() == [3, 12]


def test_the_gradient_as_a_symbol_runs_forward_once_more():
    gradient = sym.Custom(sym.var("x"), op_type="cube").gradient(["x"])
    assert gradient.eval(x=nd.array([1, 2]))[0].asnumpy().tolist() == [3, 12]


def test_what_the_user_does_inside_is_not_recorded():
    seen = []

    class Look(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            seen.append((is_train, mx.autograd.is_recording(), mx.autograd.is_training()))
            self.assign(out_data[0], req[0], in_data[0])

    @mx.operator.register("look")
    class LookProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, in_shapes, in_dtypes):
            seen.append((str(ctx), in_shapes, [np.dtype(t).name for t in in_dtypes]))
            return Look()

    x = nd.ones((2, 3))
    x.attach_grad()
    with mx.autograd.record():
        nd.Custom(x, op_type="look")
    assert seen == [("cpu(0)", [[2, 3]], ["float32"]), (True, False, True)]


class Broken(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        raise ValueError("a mistake of mine")


@mx.operator.register("broken")
class BrokenProp(mx.operator.CustomOpProp):
    def create_operator(self, ctx, in_shapes, in_dtypes):
        return Broken()


@pytest.mark.parametrize(
    "run",
    [
        lambda: nd.Custom(nd.ones(2), op_type="broken"),
        lambda: sym.Custom(sym.var("x"), op_type="broken").eval(x=nd.ones(2)),
    ],
)
def test_an_error_in_the_users_code_is_told_with_its_line(run):
    with pytest.raises(mx.MXNetError, match="broken.forward: ValueError: a mistake of mine") as caught:
        run()
    assert 'raise ValueError("a mistake of mine")' in str(caught.value)
    assert "test_custom.py" in str(caught.value)
    assert isinstance(caught.value.__cause__, ValueError)


def test_options_that_the_property_does_not_take_are_named():
    with pytest.raises(mx.base.ArgumentError, match="unexpected keyword argument 'scale'|got an unexpected.*'scale'"):
        nd.Custom(nd.ones(2), op_type="cube", scale=3)


def test_the_nearest_registered_operator_is_suggested():
    with pytest.raises(mx.MXNetError, match="Cannot find custom operator 'cubes'. Did you mean 'cube'"):
        nd.Custom(nd.ones(2), op_type="cubes")


@mx.operator.register("wrong_shapes")
class WrongShapes(CubeProp):
    def infer_shape(self, in_shape):
        return [in_shape[0]], [], []


@mx.operator.register("no_super")
class NoSuper(CubeProp):
    def __init__(self):
        self.forgotten = True


def test_a_property_that_contradicts_itself_is_told_how():
    with pytest.raises(mx.MXNetError, match="infer_shape must return one entry for each of the 1 outputs"):
        nd.Custom(nd.ones(2), op_type="wrong_shapes")
    with pytest.raises(mx.MXNetError, match="super"):
        nd.Custom(nd.ones(2), op_type="no_super")
    with pytest.raises(mx.base.ArgumentError, match="'data' is missing"):
        nd.Custom(op_type="cube")


def test_only_properties_can_be_registered():
    with pytest.raises(mx.base.ArgumentError, match="subclass of CustomOpProp"):
        mx.operator.register("number")(int)
    with pytest.raises(mx.base.ArgumentError, match="a name is needed"):
        mx.operator.register(CubeProp)


def test_assign_does_what_req_says():
    op, target = mx.operator.CustomOp(), nd.array([1.0, 2.0])
    op.assign(target, "add", nd.array([10, 10]))
    op.assign(target, "null", nd.array([5, 5]))
    assert target.asnumpy().tolist() == [11, 12]
    op.assign(target, "write", 0)
    assert target.asnumpy().tolist() == [0, 0]
    with pytest.raises(mx.base.ArgumentError):
        op.assign(target, "twice", 0)


def test_a_file_with_an_operator_that_is_not_registered_is_refused():
    text = sym.Custom(sym.var("x"), op_type="cube").tojson()
    assert sym.load_json(text).tojson() == text
    with pytest.raises(mx.base.FormatError, match="custom operator 'unknown'"):
        sym.load_json(text.replace('"cube"', '"unknown"'))
    with pytest.raises(mx.base.FormatError, match="0 inputs"):
        sym.load_json(text.replace('"inputs": [[0, 0, 0]]', '"inputs": []'))


def test_a_custom_operator_works_inside_a_loop():
    outputs, _ = sym.contrib.foreach(
        lambda x, s: (sym.Custom(x * s, op_type="cube"), s + 1), sym.var("x"), sym.var("s"))
    executor = outputs.simple_bind(mx.cpu(), x=(2, 1), s=(1,))
    executor.forward(is_train=True, x=nd.array([[2], [3]]), s=nd.array([1]))
    executor.backward(nd.ones((2, 1)))
    assert executor.outputs[0].asnumpy().tolist() == [[8], [6**3]]
    assert executor.grad_dict["x"].asnumpy().tolist() == [[12], [3 * 36 * 2]]


def test_a_module_trains_through_a_custom_loss():
    class Loss(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], in_data[0])

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            self.assign(in_grad[0], req[0], in_data[0] - in_data[1].reshape((-1, 1)))

    @mx.operator.register("squared")
    class LossProp(mx.operator.CustomOpProp):
        def __init__(self):
            super().__init__(need_top_grad=False)

        def list_arguments(self):
            return ["data", "label"]

        def infer_shape(self, in_shape):
            return [in_shape[0], [in_shape[0][0]]], [in_shape[0]], []

        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Loss()

    random = np.random.default_rng(0)
    x = random.normal(size=(64, 2)).astype("float32")
    y = x @ np.array([2.0, -3.0], "float32") + 1
    net = sym.Custom(data=sym.FullyConnected(sym.var("data"), num_hidden=1, name="fc"), name="lro", op_type="squared")
    module = mx.mod.Module(net, label_names=["lro_label"])
    module.fit(mx.io.NDArrayIter(x, y, 16, label_name="lro_label"), num_epoch=30, eval_metric="mse",
               optimizer_params={"learning_rate": 0.2})
    weights = module.get_params()[0]
    np.testing.assert_allclose(weights["fc_weight"].asnumpy(), [[2, -3]], atol=1e-3)
    np.testing.assert_allclose(weights["fc_bias"].asnumpy(), [1], atol=1e-3)


class Double(mx.operator.NDArrayOp):
    def forward(self, in_data, out_data):
        out_data[0][:] = in_data[0] * 2

    def backward(self, out_grad, in_data, out_data, in_grad):
        in_grad[0][:] = 2 * out_grad[0]


def test_the_classes_before_customop_still_work():
    with pytest.warns(UserWarning, match="NDArrayOp has been deprecated"):
        symbol = Double()(sym.var("x"), name="twice")
    executor = symbol.simple_bind(mx.cpu(), x=(2,))
    assert executor.forward(is_train=True, x=nd.array([1, 2]))[0].asnumpy().tolist() == [2, 4]
    executor.backward(nd.array([1, 10]))
    assert executor.grad_dict["x"].asnumpy().tolist() == [2, 20]
    assert symbol.list_outputs() == ["twice_output"]


def test_operators_and_their_arguments_are_listed():
    names = mx.operator.get_all_registered_operators()
    assert {"FullyConnected", "Custom", "_foreach"} <= set(names) and names == sorted(names)
    found = mx.operator.get_operator_arguments("Activation")
    assert found.names == ["data", "act_type"] and found.types[1].endswith("required")


def test_a_gradient_that_is_recorded_is_the_same_and_cannot_be_differentiated_again():
    x = nd.array([1, 2])
    x.attach_grad()
    with mx.autograd.record():
        y = nd.Custom(x, op_type="cube")
        (gradient,) = mx.autograd.grad(y, [x], create_graph=True)
        total = gradient.sum()
    assert gradient.asnumpy().tolist() == [3, 12]
    with pytest.raises(mx.base.GradientError, match="_backward_Custom.*no gradient"):
        total.backward()
