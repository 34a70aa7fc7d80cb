"""Recurrent layers and cells of Gluon: shapes, states, unrolling, a language model that trains."""
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn, rnn

np.random.seed(9)
X = nd.array(np.random.normal(size=(5, 2, 4)))
for layer in (rnn.RNN(3), rnn.LSTM(3, num_layers=2), rnn.GRU(3, bidirectional=True), rnn.RNN(3, activation="tanh")):
    layer.initialize(init.Constant(0.1))
    state = layer.begin_state(batch_size=2)
    Y, new_state = layer(X, state)
    print(layer, Y.shape, [s.shape for s in new_state])
    print(Y[-1], layer(X).shape)
for cell in (rnn.RNNCell(3), rnn.LSTMCell(3), rnn.GRUCell(3)):
    cell.initialize(init.Constant(0.1))
    outputs, states = cell.unroll(5, X, layout="TNC", merge_outputs=True)
    print(cell, outputs.shape, outputs[-1], len(states))
    out, states = cell(X[0], cell.begin_state(2))
    print(out)
stack = rnn.SequentialRNNCell()
stack.add(rnn.LSTMCell(3))
stack.add(rnn.ResidualCell(rnn.GRUCell(3)))
stack.initialize(init.Constant(0.2))
print(stack, [s.shape for s in stack.begin_state(batch_size=2, func=nd.zeros)])
outputs, _ = stack.unroll(3, X[:3].swapaxes(0, 1), layout="NTC", merge_outputs=False)
print(outputs[2], sorted(stack.collect_params().keys()))


class RNNModel(nn.Block):
    def __init__(self, layer, vocab, **kwargs):
        super(RNNModel, self).__init__(**kwargs)
        self.rnn, self.vocab, self.dense = layer, vocab, nn.Dense(vocab)

    def forward(self, inputs, state):
        Y, state = self.rnn(nd.one_hot(inputs.T, self.vocab), state)
        return self.dense(Y.reshape((-1, Y.shape[-1]))), state

    def begin_state(self, *args, **kwargs):
        return self.rnn.begin_state(*args, **kwargs)


model = RNNModel(rnn.LSTM(6), 5)
model.initialize()
inputs = nd.array(np.random.randint(0, 5, size=(2, 7)))
output, state = model(inputs, model.begin_state(batch_size=2))
for name, param in sorted(model.collect_params().items()):
    param.set_data(nd.array(np.random.normal(scale=0.3, size=param.shape)))
print(output.shape)
trainer = gluon.Trainer(model.collect_params(), "adam", {"learning_rate": 0.05})
loss = gluon.loss.SoftmaxCrossEntropyLoss()
for step in range(5):
    with autograd.record():
        output, state = model(inputs, model.begin_state(batch_size=2))
        l = loss(output, inputs.T.reshape((-1,)))
    l.backward()
    gluon.utils.clip_global_norm([p.grad() for p in model.collect_params().values()], 1.0)
    trainer.step(1)
    print("%.4f" % l.mean().asscalar())
