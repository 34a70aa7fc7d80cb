"""Symbols: composing, shapes, binding, running forward and backward, JSON."""
import json

import mxnet as mx

a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
c = a + b
d = mx.sym.broadcast_mul(c, 2 * b, name="d")
print(c, d, d.list_arguments(), d.get_internals().list_outputs())
ex = d.bind(ctx=mx.cpu(), args={"a": mx.nd.array([[1, 2, 3]]), "b": mx.nd.array([[4, 5, 6]])})
print(ex.forward()[0])
grads = {"a": mx.nd.zeros((1, 3)), "b": mx.nd.zeros((1, 3))}
ex = d.bind(mx.cpu(), {"a": mx.nd.ones((1, 3)), "b": mx.nd.full((1, 3), 2)}, args_grad=grads)
ex.forward(is_train=True)
ex.backward(mx.nd.ones((1, 3)))
print(grads["a"], grads["b"], ex.grad_dict["a"])
net = mx.sym.Variable("data")
net = mx.sym.FullyConnected(net, name="fc", num_hidden=3)
net = mx.sym.Activation(net, act_type="tanh", name="act")
out = mx.sym.LinearRegressionOutput(net, name="lro")
arg_shapes, out_shapes, aux_shapes = out.infer_shape(data=(2, 4), lro_label=(2, 3))
print(dict(zip(out.list_arguments(), arg_shapes)), out_shapes, aux_shapes)
print(net.infer_shape_partial()[1], out.infer_type(data="float32")[1])
ex = out.simple_bind(mx.cpu(), data=(2, 4), lro_label=(2, 3))
for name, array in sorted(ex.arg_dict.items()):
    array[:] = mx.nd.arange(array.size).reshape(array.shape) * 0.01
ex.forward(is_train=True, data=mx.nd.ones((2, 4)))
ex.backward()
print(ex.outputs[0], ex.grad_dict["fc_weight"], ex.output_dict["lro_output"].shape)
ex2 = ex.reshape(data=(1, 4), lro_label=(1, 3))
print(ex2.forward(data=mx.nd.ones((1, 4)))[0])
internals = out.get_internals()
print(internals["fc_output"].eval(data=mx.nd.ones((1, 4)), fc_weight=mx.nd.ones((3, 4)), fc_bias=mx.nd.zeros(3))[0])
group = mx.sym.Group([a * b, a - b])
print(group.list_outputs(), len(group), [o.shape for o in group.eval(a=mx.nd.ones(2), b=mx.nd.ones(2))])
nodes = json.loads(out.tojson())["nodes"]
print([(n["op"], n["name"], n.get("attrs", {})) for n in nodes])
print(mx.sym.load_json(out.tojson()).list_arguments() == out.list_arguments())
v = mx.sym.Variable("v", shape=(2, 3), lr_mult=2, attr={"mood": "angry"})
print(sorted(v.list_attr().items()), v.attr("mood"), sorted((v * 2).attr_dict()["v"]))
with mx.AttrScope(group="4"):
    print(mx.sym.Variable("w").attr("group"))
with mx.name.Prefix("pre_"):
    print(mx.sym.FullyConnected(a, num_hidden=1).list_arguments())
print(c.get_children(), a.list_inputs(), d[0].name)
