"""Attention in NumPy's manner: masked softmax, dot products, many heads, positions."""
import math

import numpy as onp
from mxnet import autograd, np, npx
from mxnet.gluon import nn

npx.set_np()
onp.random.seed(18)


def masked_softmax(X, valid_len):
    if valid_len is None:
        return npx.softmax(X)
    shape = X.shape
    valid_len = valid_len.repeat(shape[1], axis=0) if valid_len.ndim == 1 else valid_len.reshape(-1)
    X = npx.sequence_mask(X.reshape(-1, shape[-1]), valid_len, True, axis=1, value=-1e6)
    return npx.softmax(X).reshape(shape)


class DotProductAttention(nn.Block):
    def __init__(self, dropout, **kwargs):
        super().__init__(**kwargs)
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, valid_len=None):
        d = query.shape[-1]
        scores = npx.batch_dot(query, key, transpose_b=True) / math.sqrt(d)
        return npx.batch_dot(self.dropout(masked_softmax(scores, valid_len)), value)


class PositionalEncoding(nn.Block):
    def __init__(self, units, max_len=10):
        super().__init__()
        self.P = np.zeros((1, max_len, units))
        X = np.arange(0, max_len).reshape(-1, 1) / np.power(10000, np.arange(0, units, 2) / units)
        self.P[:, :, 0::2] = np.sin(X)
        self.P[:, :, 1::2] = np.cos(X)

    def forward(self, X):
        return X + self.P[:, : X.shape[1], :]


print(masked_softmax(np.array(onp.random.uniform(size=(2, 2, 4)), dtype="float32"), np.array([2, 3])))
att = DotProductAttention(dropout=0.5)
att.initialize()
keys, query = np.ones((2, 10, 2)), np.ones((2, 1, 2))
values = np.arange(40).reshape(1, 10, 4).repeat(2, axis=0)
print(att(query, keys, values, np.array([2, 6])))
pe = PositionalEncoding(6)
pe.initialize()
print(pe(np.zeros((1, 4, 6)))[0].round(4))


def transpose_qkv(X, heads):
    X = X.reshape(X.shape[0], X.shape[1], heads, -1).transpose(0, 2, 1, 3)
    return X.reshape(-1, X.shape[2], X.shape[3])


X = np.arange(2 * 3 * 4).reshape(2, 3, 4)
print(transpose_qkv(X, 2).shape, transpose_qkv(X, 2)[1])
W = np.array(onp.random.normal(size=(4, 4)), dtype="float32")
W.attach_grad()
with autograd.record(train_mode=False):
    out = att(np.dot(X / 24, W), X / 24, X / 24, None).mean()
out.backward()
print(out, W.grad)
norm = nn.LayerNorm()
norm.initialize()
print(norm(X)[0], npx.leaky_relu(np.array([-1.0, 0.0, 1.0]), act_type="gelu"), npx.batch_flatten(X).shape)
npx.reset_np()
