"""CTC against the sum over all alignments, spelled out."""
import itertools

import numpy as np
import pytest

from mxlearn.kernels import ctc

from . import references

RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(5, 3, 4))
LABEL = np.array([[1, 2], [2, 2], [3, 0]])
DATA_LENGTHS = np.array([5, 4, 3])
LABEL_LENGTHS = np.array([2, 2, 1])


def likelihood(logits, label, blank):
    """Sum the probabilities of all paths that spell ``label`` once repeats are merged and blanks removed."""
    powers = np.exp(logits)
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    total = 0.0
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        spelled = [c for c, _ in itertools.groupby(path) if c != blank]
        if spelled == list(label):
            total += np.prod([p[c] for p, c in zip(probabilities, path, strict=True)])
    return total


@pytest.mark.parametrize("blank, label", [(0, LABEL), (3, np.array([[0, 1], [2, 2], [1, 0]]))])
def test_loss_is_minus_log_of_the_sum_over_alignments(blank, label):
    loss = ctc.ctc_loss(np, DATA, label, DATA_LENGTHS, LABEL_LENGTHS, blank=blank)
    for n, (steps, length) in enumerate(zip(DATA_LENGTHS, LABEL_LENGTHS, strict=True)):
        expected = -np.log(likelihood(DATA[:steps, n], label[n, :length], blank))
        assert loss[n] == pytest.approx(expected, rel=1e-12)


def test_gradient_matches_central_differences_and_is_zero_beyond_the_length():
    def loss(data):
        return ctc.ctc_loss(np, data, LABEL, DATA_LENGTHS, LABEL_LENGTHS, blank=0)

    grad = ctc.ctc_gradient(np, DATA, LABEL, DATA_LENGTHS, LABEL_LENGTHS, blank=0)
    np.testing.assert_allclose(grad, references.gradient_of(loss, DATA, np.ones(3)), atol=1e-8)
    assert not grad[4, 1].any()
    assert not grad[3:, 2].any()


def test_a_label_too_long_for_its_data_costs_infinity_and_moves_nothing():
    """Two equal labels need a blank between them: three steps."""
    lengths = np.array([1, 2, 1])
    assert np.isinf(ctc.ctc_loss(np, DATA, LABEL, lengths, LABEL_LENGTHS, blank=0)[:2]).all()
    grad = ctc.ctc_gradient(np, DATA, LABEL, lengths, LABEL_LENGTHS, blank=0)
    assert not grad[:, :2].any()
    assert grad[0, 2].any()


def test_an_empty_label_is_all_blanks():
    loss = ctc.ctc_loss(np, np.zeros((3, 1, 4)), np.array([[1]]), np.array([3]), np.array([0]), blank=0)
    assert loss.item() == pytest.approx(3 * np.log(4))


def test_float32_data_give_float32():
    data = DATA.astype(np.float32)
    loss = ctc.ctc_loss(np, data, LABEL, DATA_LENGTHS, LABEL_LENGTHS, blank=0)
    assert loss.dtype == np.float32
    assert ctc.ctc_gradient(np, data, LABEL, DATA_LENGTHS, LABEL_LENGTHS, blank=0).dtype == np.float32


def test_lengths_end_at_the_first_padding():
    label = np.array([[1, 2, 0], [0, 1, 0], [1, 2, 3]])
    assert ctc.lengths_before(np, label, 0).tolist() == [2, 0, 3]
    assert ctc.lengths_before(np, np.zeros((2, 0)), 0).tolist() == [0, 0]
