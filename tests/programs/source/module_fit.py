"""Symbol and Module: fit with metrics and callbacks, score, predict, checkpoints."""
import logging
import os
import tempfile

import mxnet as mx
import numpy as np

logging.disable(logging.CRITICAL)
np.random.seed(11)
x = np.random.normal(size=(60, 4)).astype("float32")
y = (x.sum(axis=1) > 0).astype("float32")
train = mx.io.NDArrayIter(x, y, 10, shuffle=True)
test = mx.io.NDArrayIter(x[:20], y[:20], 10)
data = mx.sym.Variable("data")
fc1 = mx.sym.FullyConnected(data, name="fc1", num_hidden=8)
act = mx.sym.Activation(fc1, name="relu1", act_type="relu")
fc2 = mx.sym.FullyConnected(act, name="fc2", num_hidden=2)
net = mx.sym.SoftmaxOutput(fc2, name="softmax")
print(net.list_arguments(), net.list_outputs(), net.name)
shapes = net.infer_shape(data=(10, 4))
print(shapes)


def initial():
    random = np.random.RandomState(1)
    return {
        name: mx.nd.array(random.normal(scale=0.3, size=shape))
        for name, shape in zip(net.list_arguments(), shapes[0])
        if name not in ("data", "softmax_label")
    }


seen = []


def remember(param):
    name, value = param.eval_metric.get()
    seen.append((param.epoch, param.nbatch, name, round(float(value), 4)))


mod = mx.mod.Module(symbol=net, context=mx.cpu(), data_names=["data"], label_names=["softmax_label"])
mod.fit(
    train,
    eval_data=test,
    optimizer="sgd",
    optimizer_params={"learning_rate": 0.5, "momentum": 0.5},
    eval_metric="acc",
    arg_params=initial(),
    batch_end_callback=remember,
    num_epoch=3,
)
print(seen[-3:])
print(mod.score(test, ["acc", "ce"]))
print(mod.predict(test).shape, mod.predict(test)[:3])
arg_params, aux_params = mod.get_params()
print(sorted(arg_params), sorted(aux_params), arg_params["fc2_bias"])
with tempfile.TemporaryDirectory() as folder:
    prefix = os.path.join(folder, "model")
    mod.save_checkpoint(prefix, 3)
    print(sorted(os.listdir(folder)))
    sym, arg, aux = mx.model.load_checkpoint(prefix, 3)
    again = mx.mod.Module(sym, context=mx.cpu())
    again.bind(data_shapes=test.provide_data, label_shapes=test.provide_label, for_training=False)
    again.set_params(arg, aux)
    print(again.score(test, "acc"))
for batch in test:
    mod.forward(batch, is_train=False)
    print(mod.get_outputs()[0][0], batch.label[0][0].asscalar(), mod.output_shapes)
