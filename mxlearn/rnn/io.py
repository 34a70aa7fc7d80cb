"""Sentences as sequences of numbers, in batches of about equal length."""
import bisect
import random

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError
from ..io import DataBatch, DataDesc, DataIter


class UnknownTokenError(ArgumentError, AssertionError):
    """A word is not in the vocabulary. Also an AssertionError, which MXNet raises here."""


def encode_sentences(sentences, vocab=None, invalid_label=-1, invalid_key="\n", start_label=0, unknown_token=None):
    """Return sentences of numbers, and the vocabulary.

    Parameters
    ----------
    sentences : list of lists of str
    vocab : dict from word to number; None makes one, in the order of appearance
    invalid_label : int, number of ``invalid_key``, given to no other word
    invalid_key : the key of ``invalid_label`` in a new vocabulary
    start_label : int, the lowest number of a word
    unknown_token : word that stands for all that are not in a given vocabulary

    Returns
    -------
    list of lists of int, dict

    Raises
    ------
    UnknownTokenError
        If a word is not in a given vocabulary, and there is no unknown_token.

    >>> import mxlearn as mx
    >>> mx.rnn.encode_sentences([["a", "b"], ["b", "c"]], invalid_label=0, start_label=1)
    ([[1, 2], [2, 3]], {'\\n': 0, 'a': 1, 'b': 2, 'c': 3})
    """
    new = vocab is None
    vocab = {invalid_key: invalid_label} if vocab is None else vocab
    number = start_label
    encoded = []
    for sentence in sentences:
        row = []
        for word in sentence:
            if word not in vocab:
                if not new and not unknown_token:
                    raise UnknownTokenError(f"Unknown token {word}.\n  Pass unknown_token=, or a larger vocabulary.")
                word = unknown_token or word
            if word not in vocab:
                number += number == invalid_label
                vocab[word] = number
                number += 1
            row.append(vocab[word])
        encoded.append(row)
    return encoded, vocab


class BucketSentenceIter(DataIter):
    """Batches of sentences, each from one bucket: sentences padded to the same length.

    The label of a word is the next word. Batches and the sentences within a bucket come in a new random order after
    each reset, drawn from the generators of the modules random and numpy.random, as in MXNet.

    Parameters
    ----------
    sentences : list of lists of int
    batch_size : int
    buckets : list of int, lengths; None: each length of which there are at least ``batch_size`` sentences
    invalid_label : number that pads sentences, and the label behind the last word
    data_name, label_name : names in provide_data and provide_label
    dtype : of data and labels
    layout : "NT" (batch, time) or "TN"

    References: MXNet 1.9.1 class mxnet.rnn.BucketSentenceIter.
    """

    def __init__(
        self,
        sentences,
        batch_size,
        buckets=None,
        invalid_label=-1,
        data_name="data",
        label_name="softmax_label",
        dtype="float32",
        layout="NT",
    ):
        super().__init__(batch_size)
        if layout not in ("NT", "TN"):
            raise ArgumentError(f"Invalid layout {layout}: Must be NT (batch major) or TN (time major)")
        if not buckets:
            counts = np.bincount([len(sentence) for sentence in sentences])
            buckets = [length for length, count in enumerate(counts) if count >= batch_size]
        if not buckets:
            raise ArgumentError(
                f"BucketSentenceIter: no length has {batch_size} sentences.\n  Pass buckets=, such as [10, 20, 40]."
            )
        buckets = sorted(buckets)
        rows: list[list[np.ndarray]] = [[] for _ in buckets]
        discarded = 0
        for sentence in sentences:
            at = bisect.bisect_left(buckets, len(sentence))
            if at == len(buckets):
                discarded += 1
                continue
            row = np.full((buckets[at],), invalid_label, dtype=dtype)
            row[: len(sentence)] = sentence
            rows[at].append(row)
        self.data = [np.asarray(r, dtype=dtype).reshape(len(r), n) for r, n in zip(rows, buckets, strict=True)]
        if discarded:
            print(f"WARNING: discarded {discarded} sentences longer than the largest bucket.")
        self.buckets = buckets
        self.data_name = data_name
        self.label_name = label_name
        self.dtype = dtype
        self.invalid_label = invalid_label
        self.layout = layout
        self.major_axis = layout.find("N")
        self.nddata: list = []
        self.ndlabel: list = []
        self.default_bucket_key = max(buckets)
        self.provide_data = [self._desc(data_name, self.default_bucket_key)]
        self.provide_label = [self._desc(label_name, self.default_bucket_key)]
        self.idx = [
            (i, j)
            for i, rows in enumerate(self.data)
            for j in range(0, len(rows) - batch_size + 1, batch_size)  # a rest that fills no batch is left out
        ]
        self.curr_idx = 0
        self.reset()

    def _desc(self, name: str, length: int) -> DataDesc:
        shape = (self.batch_size, length) if self.major_axis == 0 else (length, self.batch_size)
        return DataDesc(name=name, shape=shape, layout=self.layout)

    def reset(self):
        """Begin again, in a new order."""
        self.curr_idx = 0
        random.shuffle(self.idx)
        self.nddata, self.ndlabel = [], []
        for rows in self.data:
            np.random.shuffle(rows)
            labels = np.full_like(rows, self.invalid_label)
            labels[:, :-1] = rows[:, 1:]
            self.nddata.append(nd.array(rows, dtype=self.dtype) if rows.size else None)
            self.ndlabel.append(nd.array(labels, dtype=self.dtype) if rows.size else None)

    def next(self):
        """Return the next DataBatch; its ``bucket_key`` is the length."""
        if self.curr_idx == len(self.idx):
            raise StopIteration
        i, j = self.idx[self.curr_idx]
        self.curr_idx += 1
        data, label = (each[i][j : j + self.batch_size] for each in (self.nddata, self.ndlabel))
        if self.major_axis == 1:
            data, label = data.T, label.T
        length = self.buckets[i]
        return DataBatch(
            [data],
            [label],
            pad=0,
            bucket_key=length,
            provide_data=[self._desc(self.data_name, length)],
            provide_label=[self._desc(self.label_name, length)],
        )
