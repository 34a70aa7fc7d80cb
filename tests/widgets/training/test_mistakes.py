"""The confusion matrix and the mistakes: counts by hand, order, pictures, what does not fit."""

import json
import xml.etree.ElementTree as ET

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.training import mistakes, pictures, predictions

import mxlearn as mx
from mxlearn import gluon, nd

from .loops import EVIL

TRUTH = np.array([0, 0, 1, 1, 2, 2])
CHANCES = np.array([
    [0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.0, 1.0, 0.0], [0.5, 0.1, 0.4], [0.1, 0.3, 0.6], [0.95, 0.0, 0.05],
])  # fmt: skip


def fixed(answers):
    """Return a network that gives row k of ``answers`` for sample k: its first number says k."""
    return lambda x: nd.array(answers[x.asnumpy().reshape(len(x), -1)[:, 0].astype(int)])


def samples(count=6, width=4):
    return np.repeat(np.arange(count, dtype=np.float32)[:, None], width, axis=1)


def evaluated(**options):
    return mxw.monitor().evaluate(fixed(CHANCES), samples(), TRUTH, **options)


def test_the_matrix_counts_truth_by_row_and_prediction_by_column():
    found = evaluated()
    assert found.matrix.tolist() == [[1, 1, 0], [1, 1, 0], [1, 0, 1]]
    assert found.accuracy == 0.5


def test_mistakes_come_the_surest_first():
    found = evaluated()
    assert found.wrong.tolist() == [5, 1, 3]
    assert [(m["truth"], m["guess"], m["sure"]) for m in found.mistakes] == [
        ("2", "0", "95 %"), ("0", "1", "80 %"), ("1", "0", "50 %"),
    ]  # fmt: skip
    assert found.mistakes[0]["likely"][0][:2] == ["0", "95 %"] and found.mistakes[0]["own"] == "5 %"


def test_the_text_counts_confusions():
    assert evaluated(classes=["cat", "dog", "owl"]).to_text().splitlines() == [
        "3 of 6 samples right, 50 %", "  cat taken for dog: 1", "  dog taken for cat: 1", "  owl taken for cat: 1",
    ]  # fmt: skip


def test_scores_become_probabilities():
    scores = np.array([[0.0, np.log(3.0)], [-1000.0, 1000.0]])
    assert predictions.probabilities(scores).round(6).tolist() == [[0.25, 0.75], [0.0, 1.0]]
    assert predictions.probabilities(CHANCES).tolist() == CHANCES.tolist()
    assert predictions.probabilities(np.array([[0.0], [np.log(3.0)]])).tolist() == [[0.5, 0.5], [0.25, 0.75]]
    assert predictions.probabilities(np.array([[0.25], [0.75]])).tolist() == [[0.75, 0.25], [0.25, 0.75]]


def test_a_network_that_gives_nan_is_shown_as_unsure():
    answers = CHANCES.copy()
    answers[0] = np.nan
    found = mxw.monitor().evaluate(fixed(answers), samples(), TRUTH)
    assert "NaN" in [m["sure"] for m in found.mistakes] or found.matrix[0, 0] == 1
    json.dumps(found.mistakes, allow_nan=False)
    ET.fromstring(found.to_svg())


def test_a_loader_an_iterator_and_arrays_give_the_same():
    loader = gluon.data.DataLoader(gluon.data.ArrayDataset(samples(), TRUTH), batch_size=4)
    iterator = mx.io.NDArrayIter(samples(), TRUTH, batch_size=4)
    net = fixed(CHANCES)
    wanted = evaluated().matrix.tolist()
    for data in (loader, iterator, [(nd.array(samples()), nd.array(TRUTH))]):
        assert mxw.monitor().evaluate(net, data).matrix.tolist() == wanted
    assert mxw.monitor().evaluate(net, nd.array(samples()), nd.array(TRUTH)).matrix.tolist() == wanted


def test_a_network_on_another_context_gets_its_data_there():
    net = gluon.nn.Dense(3, in_units=4)
    net.initialize(ctx=mx.cpu(1))
    found = mxw.monitor().evaluate(net, nd.array(samples()), TRUTH)
    assert found.matrix.sum() == 6


@pytest.mark.parametrize(("arguments", "part"), [
    ((3, samples(), TRUTH), "expected a Block or a function"),
    ((fixed(CHANCES), samples()), "labels are missing"),
    ((fixed(CHANCES), samples(), TRUTH[:4]), "6 samples, but 4 labels"),
    ((fixed(CHANCES), samples(), TRUTH + 1), "is no class"),
    ((fixed(CHANCES), samples(), TRUTH + 0.5), "is no class"),
    ((fixed(CHANCES), samples(), np.full(6, np.nan)), "is no class"),
    ((fixed(CHANCES), samples(0), TRUTH[:0]), "no sample"),
    ((fixed(CHANCES), 3), "expected arrays"),
    ((fixed(CHANCES), [np.zeros(2)]), "must be \\(data, labels\\)"),
    ((fixed(CHANCES), samples(), TRUTH, np.zeros((5, 4, 4))), "5 images for 6 samples"),
    ((fixed(CHANCES), samples(), TRUTH, np.zeros((6, 2))), "images have the shape"),
    ((fixed(CHANCES), samples(), TRUTH, None, ["a"]), "1 names of classes"),
    ((gluon.nn.Dense(3), samples(), TRUTH), "initialize"),
    ((lambda x: x.nothing, samples(), TRUTH), "nothing"),
    ((lambda x: 1 / 0, samples(), TRUTH), "division"),
])  # fmt: skip
def test_what_does_not_fit_gives_a_notice(arguments, part):
    notice = mxw.monitor().evaluate(*arguments)
    assert isinstance(notice, mxw.Notice)
    import re

    assert re.search(part, notice.to_text()), notice.to_text()


def test_no_mistake_is_shown_as_none():
    found = mxw.monitor().evaluate(fixed(np.eye(3)[TRUTH]), samples(), TRUTH)
    assert found.mistakes == [] and found.to_text() == "6 of 6 samples right, 100 %"
    ET.fromstring(found.to_svg())


def test_less_than_all_is_never_all():
    assert mistakes.percent(0.99999) == "99.9 %" and mistakes.percent(1.0) == "100 %"


def test_names_of_classes_are_text_in_every_form():
    found = evaluated(classes=[EVIL, "b", "c"])
    root = ET.fromstring(found.to_svg())
    assert not [e for e in root.iter() if e.tag.endswith("}img")]
    assert EVIL in found.to_text() and "<img" not in found._repr_mimebundle_()["text/html"][5:]


def test_a_chosen_cell_filters_the_picture():
    found = evaluated(images=np.zeros((6, 8, 8), np.uint8))
    assert found.to_svg().count("<image") == 3
    found.cell = [2, 0]
    assert found.to_svg().count("<image") == 1


# -- pictures of samples -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("shape", "size"), [
    ((6, 1, 28, 28), (28, 28, 1)), ((6, 3, 32, 32), (32, 32, 3)), ((6, 28, 28), (28, 28, 1)), ((6, 784), (28, 28, 1)),
    ((6, 64, 64, 3), (32, 32, 3)), ((6, 100, 50, 1), (25, 13, 1)), ((6, 4), None), ((6, 10, 2), None),
])  # fmt: skip
def test_samples_that_look_like_images_are_shown_as_images(shape, size):
    images = pictures.images_of(np.zeros(shape, np.float32), None, 6)
    assert (None if images is None else pictures.size_of(images)) == size


def test_rows_are_shown_as_numbers_where_the_reader_says_so():
    assert pictures.images_of(np.zeros((6, 784)), False, 6) is None
    assert evaluated().mistakes[0]["row"] == "5, 5, 5, 5"


def test_a_picture_is_the_mean_of_squares_of_pixels_from_0_to_255():
    image = np.zeros((1, 64, 64, 1))
    image[0, :2, :2, 0] = [[1.0, 0.0], [0.0, 1.0]]
    image[0, 2:, 2:, 0] = 0.5
    small = pictures.small(image)
    assert small.shape == (1, 32, 32, 1) and small[0, 0, 0, 0] == small[0, 1, 1, 0] == 255 and small[0, 0, 1, 0] == 0


def test_bytes_keep_their_scale():
    assert pictures.small(np.full((1, 8, 8, 1), 51, np.uint8))[0, 0, 0, 0] == 51


def test_what_is_sent_stays_below_the_limit_and_has_each_confusion():
    random = np.random.RandomState(0)
    truth, answers = random.randint(0, 10, 2000), random.dirichlet(np.ones(10), 2000)
    images = np.zeros((2000, 28, 28), np.uint8)
    found = mxw.monitor().evaluate(fixed(answers), samples(2000), truth, images)
    assert len(found.pixels) + len(json.dumps(found.mistakes)) <= 64_000
    sent = {tuple(m["cell"]) for m in found.mistakes}
    assert len(sent) == len(found.mistakes) == 61  # as many as fit, each another confusion


def test_of_many_classes_those_with_the_most_mistakes_are_in_the_matrix():
    truth = np.arange(100)
    answers = np.eye(100)[np.where(truth < 20, (truth + 1) % 20, truth)]
    found = mxw.monitor().evaluate(fixed(answers), samples(100), truth)
    assert len(found.table["classes"]) == 30 and set(map(str, range(20))) <= set(found.table["classes"])
    assert len(found.counts) == 4 * 30 * 30
