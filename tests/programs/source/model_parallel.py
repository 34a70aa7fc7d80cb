"""Layers on different devices: ctx_group and group2ctx."""
import mxnet as mx
import numpy as np

with mx.AttrScope(ctx_group="dev1"):
    data = mx.sym.Variable("data")
    fc1 = mx.sym.FullyConnected(data, name="fc1", num_hidden=4)
    act = mx.sym.Activation(fc1, act_type="relu", name="act")
with mx.AttrScope(ctx_group="dev2"):
    fc2 = mx.sym.FullyConnected(act, name="fc2", num_hidden=2)
    net = mx.sym.SoftmaxOutput(fc2, name="softmax")
print({name: attrs.get("__ctx_group__", attrs.get("ctx_group")) for name, attrs in sorted(net.attr_dict().items())})
places = {"dev1": mx.cpu(1), "dev2": mx.cpu(2)}
executor = net.simple_bind(mx.cpu(0), group2ctx=places, data=(3, 5), softmax_label=(3,))
print({name: str(array.context) for name, array in sorted(executor.arg_dict.items())})
random = np.random.RandomState(0)
for name, array in sorted(executor.arg_dict.items()):
    array[:] = random.normal(scale=0.5, size=array.shape) if name != "softmax_label" else np.arange(3) % 2
for step in range(3):
    executor.forward(is_train=True)
    executor.backward()
    for name in ("fc1_weight", "fc1_bias", "fc2_weight", "fc2_bias"):
        executor.arg_dict[name][:] -= 0.1 * executor.grad_dict[name]
    print(executor.outputs[0], executor.outputs[0].context)
print(executor.arg_dict["fc2_bias"], executor.grad_dict["fc1_weight"].context)
