"""gluon.contrib.estimator: a loop that is written already, with handlers."""
import logging

import mxnet as mx
import numpy as np
from mxnet import gluon
from mxnet.gluon.contrib.estimator import BatchEnd, EpochEnd, Estimator, TrainEnd

logging.disable(logging.CRITICAL)
np.random.seed(17)
X = np.random.normal(size=(40, 3)).astype("float32")
y = (X.sum(axis=1) > 0).astype("float32")
net = gluon.nn.Dense(2, in_units=3)
net.initialize(mx.init.Constant(0.1))
train = gluon.data.DataLoader(gluon.data.ArrayDataset(X, y), 10)
val = gluon.data.DataLoader(gluon.data.ArrayDataset(X[:20], y[:20]), 10)
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
accuracy = mx.metric.Accuracy()
est = Estimator(net, gluon.loss.SoftmaxCrossEntropyLoss(), train_metrics=accuracy, trainer=trainer, context=mx.cpu())


class Watcher(BatchEnd, EpochEnd, TrainEnd):
    def __init__(self):
        self.batches = 0

    def batch_end(self, estimator, *args, **kwargs):
        self.batches += 1

    def epoch_end(self, estimator, *args, **kwargs):
        print("epoch", self.batches, [(m.get()[0], round(float(m.get()[1]), 4)) for m in estimator.train_metrics])

    def train_end(self, estimator, *args, **kwargs):
        print("done")


est.fit(train_data=train, val_data=val, epochs=3, event_handlers=[Watcher()])
print(net.weight.data())
