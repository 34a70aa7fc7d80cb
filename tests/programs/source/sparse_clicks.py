"""Who clicks? Logistic regression on csr features, with row-sparse gradients and a lazy optimizer."""
import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd

rng = np.random.RandomState(3)
visits, features, shown = 300, 1000, 8  # of 1,000 features a visit has 8
columns = np.sort(np.stack([rng.choice(features, shown, replace=False) for _ in range(visits)]), axis=1)
truth = rng.normal(size=features) * 2
clicks = (rng.uniform(size=visits) < 1 / (1 + np.exp(-truth[columns].sum(1)))).astype("float32")
parts = (np.ones(visits * shown, "float32"), columns.ravel(), np.arange(visits + 1) * shown)
x = nd.sparse.csr_matrix(parts, shape=(visits, features))
print(x, x.data.shape, x.indptr[:4])

# from scratch: the gradient of the weight has the rows of the batch alone
w = nd.zeros((features, 1))
w.attach_grad(stype="row_sparse")
b = nd.zeros(1)
b.attach_grad()
loss_of = gluon.loss.SigmoidBinaryCrossEntropyLoss()
y = nd.array(clicks).reshape((-1, 1))
momentum = mx.optimizer.get_updater(mx.optimizer.SGD(learning_rate=0.05, momentum=0.9))
for epoch in range(3):
    total = 0.0
    for start in range(0, visits, 50):
        batch, target = x[start : start + 50], y[start : start + 50]
        with autograd.record():
            loss = loss_of(nd.sparse.dot(batch, w) + b, target).sum()
        loss.backward()
        momentum(0, w.grad, w)
        momentum(1, b.grad, b)
        total += loss.asscalar()
    print("epoch", epoch, "loss %.4f" % (total / visits), w.grad.stype, "norm %.4f" % w.norm().asscalar())
known = nd.sparse.dot(x, w) + b
print("accuracy %.3f" % ((known > 0) == y).mean().asscalar())

# the same with Gluon: each visit's features are words, whose embeddings of length one are added
net = gluon.contrib.nn.SparseEmbedding(features, 1)
net.initialize(mx.init.Zero())
trainer = gluon.Trainer(net.collect_params(), "adagrad", {"learning_rate": 0.2})
words = nd.array(columns)
for epoch in range(3):
    total = 0.0
    for start in range(0, visits, 50):
        with autograd.record():
            score = net(words[start : start + 50]).sum(axis=1)
            loss = loss_of(score, y[start : start + 50]).sum()
        loss.backward()
        trainer.step(1)
        total += loss.asscalar()
    print("epoch", epoch, "loss %.4f" % (total / visits), net.weight.grad().stype)
rows = net.weight.row_sparse_data(nd.array([5, 3, 5]))
print(rows.stype, rows.indices.asnumpy(), np.round(rows.data.asnumpy(), 4).tolist())

# and with Symbol and Module
data = mx.sym.Variable("data", stype="csr")
weight = mx.sym.Variable("weight", stype="row_sparse", shape=(features, 2), init=mx.init.Zero())
bias = mx.sym.Variable("bias", shape=(2,), init=mx.init.Zero())
out = mx.sym.SoftmaxOutput(mx.sym.broadcast_add(mx.sym.sparse.dot(data, weight), bias), name="softmax")
module = mx.mod.Module(out, label_names=["softmax_label"])
module.bind([("data", (50, features))], [("softmax_label", (50,))])
module.init_params()
module.init_optimizer(optimizer="sgd", optimizer_params={"learning_rate": 0.5}, kvstore=None)
metric = mx.metric.create("acc")
for epoch in range(3):
    metric.reset()
    for start in range(0, visits, 50):
        batch = mx.io.DataBatch([x[start : start + 50]], [nd.array(clicks[start : start + 50])])
        module.forward_backward(batch)
        module.update()
        module.update_metric(metric, batch.label)
    print("epoch", epoch, metric.get()[0], "%.3f" % metric.get()[1])
