"""Sentences of different lengths: BucketSentenceIter and BucketingModule."""
import contextlib
import io
import logging

import mxnet as mx
import numpy as np

logging.disable(logging.CRITICAL)
np.random.seed(16)
sentences = [list("abc"), list("abcd"), list("bcd"), list("dcba"), list("cab"), list("dabc"), list("bca"), list("abdc")]
coded, vocab = mx.rnn.encode_sentences(sentences, invalid_label=0, start_label=1)
print(len(vocab), sorted(vocab.values()), coded[0])
with contextlib.redirect_stdout(io.StringIO()):  # it tells how many sentences are too long
    batches = mx.rnn.BucketSentenceIter(coded, 2, buckets=[3, 4], invalid_label=0)
print(batches.default_bucket_key, batches.provide_data, batches.provide_label)


def sym_gen(seq_len):
    data, label = mx.sym.Variable("data"), mx.sym.Variable("softmax_label")
    embed = mx.sym.Embedding(data, input_dim=len(vocab) + 1, output_dim=4, name="embed")
    stack = mx.rnn.SequentialRNNCell()
    stack.add(mx.rnn.LSTMCell(num_hidden=5, prefix="lstm_l0_"))
    outputs, states = stack.unroll(seq_len, inputs=embed, merge_outputs=True)
    pred = mx.sym.FullyConnected(mx.sym.Reshape(outputs, shape=(-1, 5)), num_hidden=len(vocab) + 1, name="pred")
    pred = mx.sym.SoftmaxOutput(pred, mx.sym.Reshape(label, shape=(-1,)), name="softmax")
    return pred, ("data",), ("softmax_label",)


model = mx.mod.BucketingModule(sym_gen, default_bucket_key=batches.default_bucket_key, context=mx.cpu())
model.bind(data_shapes=batches.provide_data, label_shapes=batches.provide_label)
model.init_params(mx.init.Constant(0.1))
random = np.random.RandomState(0)
arg_params, aux_params = model.get_params()
for name in sorted(arg_params):
    arg_params[name] = mx.nd.array(random.normal(scale=0.3, size=arg_params[name].shape))
model.set_params(arg_params, aux_params)
model.init_optimizer(optimizer="sgd", optimizer_params={"learning_rate": 0.5})
for epoch in range(3):
    metric = mx.metric.Perplexity(ignore_label=0)
    batches.reset()
    total, keys = 0, []
    for batch in batches:
        model.forward(batch, is_train=True)
        model.update_metric(metric, batch.label)
        model.backward()
        model.update()
        keys.append(batch.bucket_key)
    print(epoch, sorted(keys), metric.get()[0], bool(metric.get()[1] < 6))
print(sorted(model.get_params()[0]))
