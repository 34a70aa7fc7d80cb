"""A recurrent network written out: one-hot inputs, hidden state, gradient clipping, perplexity, prediction."""
import math

import numpy as np
from mxnet import autograd, nd
from mxnet.gluon import loss as gloss

np.random.seed(8)
corpus = "the time machine by the river and the time of the machine "
idx_to_char = sorted(set(corpus))
char_to_idx = {char: i for i, char in enumerate(idx_to_char)}
indices = [char_to_idx[c] for c in corpus]
vocab_size, num_hiddens = len(idx_to_char), 12
print(vocab_size, nd.one_hot(nd.array([0, 2]), vocab_size))


def to_onehot(X, size):
    return [nd.one_hot(x, size) for x in X.T]


def _one(shape):
    return nd.array(np.random.normal(scale=0.1, size=shape))


params = [_one((vocab_size, num_hiddens)), _one((num_hiddens, num_hiddens)), nd.zeros(num_hiddens)]
params += [_one((num_hiddens, vocab_size)), nd.zeros(vocab_size)]
for param in params:
    param.attach_grad()


def rnn(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state
    outputs = []
    for X in inputs:
        H = nd.tanh(nd.dot(X, W_xh) + nd.dot(H, W_hh) + b_h)
        outputs.append(nd.dot(H, W_hq) + b_q)
    return outputs, (H,)


def grad_clipping(params, theta):
    norm = nd.array([0])
    for param in params:
        norm += (param.grad ** 2).sum()
    norm = norm.sqrt().asscalar()
    if norm > theta:
        for param in params:
            param.grad[:] *= theta / norm


def predict(prefix, num_chars):
    state, output = (nd.zeros((1, num_hiddens)),), [char_to_idx[prefix[0]]]
    for t in range(num_chars + len(prefix) - 1):
        X = to_onehot(nd.array([output[-1]]).reshape((1, 1)), vocab_size)
        Y, state = rnn(X, state, params)
        output.append(char_to_idx[prefix[t + 1]] if t < len(prefix) - 1 else int(Y[0].argmax(axis=1).asscalar()))
    return "".join(idx_to_char[i] for i in output)


X = nd.arange(10).reshape((2, 5))
outputs, state = rnn(to_onehot(X, vocab_size), (nd.zeros((2, num_hiddens)),), params)
print(len(outputs), outputs[0].shape, state[0].shape)
loss = gloss.SoftmaxCrossEntropyLoss()
data = nd.array(indices[:56]).reshape((2, 28))
for epoch in range(40):
    state = (nd.zeros((2, num_hiddens)),)
    total, count = 0.0, 0
    for i in range(0, 21, 7):
        X, Y = data[:, i : i + 7], data[:, i + 1 : i + 8]
        for s in state:
            s.detach()
        with autograd.record():
            outputs, state = rnn(to_onehot(X, vocab_size), [s.detach() for s in state], params)
            l = loss(nd.concat(*outputs, dim=0), Y.T.reshape((-1,))).mean()
        l.backward()
        grad_clipping(params, 1.0)
        for p in params:
            p[:] = p - 1.0 * p.grad
        total += l.asscalar() * 14
        count += 14
    if (epoch + 1) % 10 == 0:
        print("epoch %d, perplexity %.3f" % (epoch + 1, math.exp(total / count)))
print(len(predict("the ", 10)))
