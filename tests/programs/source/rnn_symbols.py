"""A language model of symbols: stacked and fused cells, packed weights, Module on sequences of one length."""
import mxnet as mx
import numpy as np

VOCABULARY, HIDDEN, LENGTH, BATCH = 6, 8, 5, 4

sentences = [["the", "cat", "sat"], ["the", "dog", "sat"], ["a", "cat", "ran"]]
encoded, vocabulary = mx.rnn.encode_sentences(sentences, invalid_label=0, start_label=1)
print(encoded, sorted(vocabulary.items()))


def language_model(cell):
    data = mx.sym.Variable("data")
    label = mx.sym.Variable("softmax_label")
    embed = mx.sym.Embedding(data, input_dim=VOCABULARY, output_dim=HIDDEN, name="embed")
    outputs, _ = cell.unroll(LENGTH, inputs=embed, layout="NTC", merge_outputs=True)
    scores = mx.sym.FullyConnected(mx.sym.Reshape(outputs, shape=(-1, HIDDEN)), num_hidden=VOCABULARY, name="pred")
    return mx.sym.SoftmaxOutput(scores, mx.sym.Reshape(label, shape=(-1,)), name="softmax")


stack = mx.rnn.SequentialRNNCell()
stack.add(mx.rnn.LSTMCell(HIDDEN, prefix="lstm_l0_"))
stack.add(mx.rnn.ResidualCell(mx.rnn.GRUCell(HIDDEN, prefix="gru_l1_")))
net = language_model(stack)
print(net.list_arguments())
print([shape for shape in net.infer_shape(data=(BATCH, LENGTH), softmax_label=(BATCH, LENGTH))[0]])

start = np.arange(BATCH * 8).reshape(BATCH * 8, 1)
tokens = (start + np.arange(LENGTH + 1)) % (VOCABULARY - 1) + 1  # 1 2 3 4 5 1 2 ...
data = mx.io.NDArrayIter(tokens[:, :-1], tokens[:, 1:], batch_size=BATCH, label_name="softmax_label")


def train(symbol, epochs):
    module = mx.mod.Module(symbol)
    module.bind(data.provide_data, data.provide_label)
    random = np.random.RandomState(7)
    shapes = symbol.infer_shape(data=(BATCH, LENGTH), softmax_label=(BATCH, LENGTH))[0]
    values = {}
    for name, shape in zip(symbol.list_arguments(), shapes):
        if name not in ("data", "softmax_label"):
            values[name] = mx.nd.array(random.normal(size=shape) * 0.3)
    module.init_params(arg_params=values, aux_params={})
    module.init_optimizer(optimizer="sgd", optimizer_params={"learning_rate": 0.5, "rescale_grad": 1 / BATCH / LENGTH})
    metric = mx.metric.Perplexity(ignore_label=None)
    for epoch in range(epochs):
        data.reset()
        metric.reset()
        for batch in data:
            module.forward(batch, is_train=True)
            module.update_metric(metric, batch.label)
            module.backward()
            module.update()
        print("epoch %d perplexity %.4f" % (epoch, metric.get()[1]))
    return module


train(net, 6)

fused = mx.rnn.FusedRNNCell(HIDDEN, num_layers=2, mode="lstm", prefix="lstm_")
module = train(language_model(fused), 6)
weights, _ = module.get_params()
apart = fused.unpack_weights(weights)
print(sorted((name, value.shape) for name, value in apart.items() if "l1" in name))
cells = fused.unfuse()
unfused = mx.mod.Module(language_model(cells))
unfused.bind(data.provide_data, data.provide_label, for_training=False)
unfused.set_params(cells.pack_weights(apart), {})
data.reset()
batch = data.next()
module.forward(batch, is_train=False)
unfused.forward(batch, is_train=False)
a, b = module.get_outputs()[0].asnumpy(), unfused.get_outputs()[0].asnumpy()
print("fused and unfused agree:", bool(np.allclose(a, b, atol=1e-5)), a.argmax(axis=1)[:LENGTH])
