"""Datasets, samplers, loaders, transforms and iterators."""
import mxnet as mx
import numpy as np
from mxnet import nd
from mxnet.gluon import data as gdata

np.random.seed(14)
X = np.arange(20).reshape(10, 2)
for handle in ("pad", "discard", "roll_over"):
    it = mx.io.NDArrayIter(X, np.arange(10), batch_size=4, last_batch_handle=handle)
    for epoch in range(2):
        for batch in it:
            print(handle, epoch, batch.label[0].asnumpy().tolist(), batch.pad if handle != "roll_over" else "")
        it.reset()
it = mx.io.NDArrayIter({"a": X, "b": X * 2}, {"y": np.arange(10)}, batch_size=5, shuffle=True)
print(it.provide_data, it.provide_label)
print([batch.label[0].asnumpy().astype(int).tolist() for batch in it])
print(len(list(mx.io.ResizeIter(mx.io.NDArrayIter(X, batch_size=5), 5))))
dataset = gdata.ArrayDataset(X.astype("float32"), np.arange(10))
print(len(dataset), dataset[3])
for batch_data, batch_label in gdata.DataLoader(dataset, batch_size=4, last_batch="keep"):
    print(batch_data.shape, batch_label, batch_label.dtype)
print([b[1].asnumpy().tolist() for b in gdata.DataLoader(dataset, 4, shuffle=True, last_batch="discard")])
print([b[1].asnumpy().tolist() for b in gdata.DataLoader(dataset, 3, shuffle=True, last_batch="rollover")])
double = dataset.transform(lambda x, y: (x * 2, y + 100))
print(double[1], dataset.transform_first(lambda x: x.sum())[2])
print(list(gdata.SequentialSampler(4)), list(gdata.BatchSampler(gdata.SequentialSampler(7), 3, "keep")))
print(len(gdata.BatchSampler(gdata.RandomSampler(7), 3, "discard")), len(dataset.take(2)))
print(len(dataset.filter(lambda s: s[1] % 2 == 0)), [int(s[1]) for s in dataset.shard(3, 0)])
sampler = gdata.BatchSampler(gdata.SequentialSampler(10), 4, "rollover")
print(list(sampler), list(sampler))


class Words(gdata.Dataset):
    def __init__(self):
        self.items = ["a", "bb", "ccc", "dddd"]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return np.array([ord(c) for c in self.items[i]], dtype="float32"), len(self.items[i])


def batchify(samples):
    longest = max(length for _, length in samples)
    words = [nd.array(np.pad(word, (0, longest - length))) for word, length in samples]
    return nd.stack(*words), nd.array([length for _, length in samples])


for words, lengths in gdata.DataLoader(Words(), 2, batchify_fn=batchify):
    print(words, lengths)
simple = gdata.SimpleDataset([nd.array([i]) for i in range(3)])
print([b for b in gdata.DataLoader(simple, 2)])
image = nd.array(np.arange(48).reshape(4, 4, 3), dtype="uint8")
to_tensor = gdata.vision.transforms.ToTensor()
compose = gdata.vision.transforms.Compose([to_tensor, gdata.vision.transforms.Normalize(0.1, 0.5)])
print(to_tensor(image).shape, to_tensor(image)[0], compose(image)[0, 0], gdata.vision.transforms.Cast("float16")(image).dtype)
print(gdata.vision.transforms.CenterCrop(2)(image)[:, :, 0], gdata.vision.transforms.Resize(2)(image).shape)
