"""The pad itself: what is on it, what the browser gets and asks for, and its forms."""

import base64
import re
import xml.etree.ElementTree as ET

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.digits.centering import center, shrink
from mxlearn_widgets.digits.tiles import INFINITE, NAN, Tiles, arrange, limits, pack

import mxlearn as mx
from mxlearn import nd
from mxlearn.base import ArgumentError

from . import nets

EVIL = '<img src=x onerror="alert(1)">&"\''
digits = mx.data.mnist("digits")


@pytest.fixture(scope="module")
def net():
    return nets.lenet(hybridize=True)


@pytest.fixture
def pad(net):
    return mxw.digit_pad(net, samples=digits)


def floats(data):
    return np.frombuffer(data, "<f4")


def send(pad, **traits):
    """Set traits as the browser does, which sends bytes as a memoryview."""
    pad.set_state({name: memoryview(v) if isinstance(v, bytes) else v for name, v in traits.items()})


def stroke(pad, drawing):
    """Draw as the browser does."""
    side = pad.about["resolution"]
    ink = np.rint(255 * np.kron(drawing, np.ones((side // len(drawing),) * 2))).astype(np.uint8)
    send(pad, ink=ink.tobytes(), asked=pad.asked + 1)
    return ink / 255


# -- what is on the pad ------------------------------------------------------------------------------------------------
def test_a_sample_goes_in_as_it_is_stored(pad, net):
    pad.load(5)
    np.testing.assert_array_equal(pad.image, (digits.test_images[5] / 255).astype(np.float32))
    assert pad.sample == 5 and pad.truth == digits.test_labels[5]
    expected = net(nd.array(digits.test_images[5][None, None] / 255)).asnumpy()[0]
    np.testing.assert_allclose(pad.scores, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(shrink(pad.drawing, 28), pad.image, atol=1e-6)


@pytest.mark.parametrize(
    "images",
    [
        digits.test_images[:9],
        digits.test_images[:9, None],
        digits.test_images[:9, ..., None],
        digits.test_images[:9].reshape(9, -1) / 255,
        nd.array(digits.test_images[:9] / 255),
        (digits.test_images[:9] / 255 * 16).astype(np.float64),
        digits.test_images[:9].astype(np.int64),
    ],
)
def test_samples_come_in_every_usual_form(net, images):
    pad = mxw.digit_pad(net, samples=(images, nd.array(digits.test_labels[:9])))
    pad.load(8)
    np.testing.assert_allclose(pad.image, digits.test_images[8] / 255, atol=1e-6)
    assert pad.truth == digits.test_labels[8] and pad.about["samples"] == 9


def test_a_drawing_is_centered_unless_that_is_switched_off(pad):
    pad.draw(nets.seven())
    np.testing.assert_allclose(pad.image, center(pad.drawing, 28).image)
    assert pad.sample == -1 and pad.truth == -1 and len(pad.frame) == 6
    centered = pad.probabilities
    pad.center = False
    np.testing.assert_allclose(pad.image, nets.seven(), atol=1e-6)
    assert pad.frame == [] and np.abs(pad.probabilities - centered).max() > 1e-3
    pad.center = True
    np.testing.assert_allclose(pad.probabilities, centered)


def test_a_drawing_may_have_any_size(pad):
    pad.center = False
    for factor in (1, 4, 5):
        pad.draw(np.kron(nets.seven(), np.ones((factor, factor))))
        np.testing.assert_allclose(pad.image, nets.seven(), atol=0.15)
    pad.draw(nd.array(nets.seven()))
    np.testing.assert_allclose(pad.image, nets.seven(), atol=1e-6)
    pad.clear()
    assert not pad.image.any() and not pad.drawing.any()


def test_the_next_misread_sample_is_found_and_the_search_goes_round(pad, net):
    scores = net(nd.array(digits.test_images[:, None] / 255)).asnumpy()
    wrong = np.flatnonzero(scores.argmax(axis=1) != digits.test_labels).tolist()
    assert len(wrong) > 3
    pad.load(0)
    found = [pad.next_misread() for _ in range(3)]
    assert found == [k for k in wrong if k > 0][:3] and pad.sample == found[-1]
    pad.load(len(digits.test_labels) - 1)
    assert pad.next_misread() == wrong[0]


def test_no_misread_sample_is_told(net):
    scores = net(nd.array(digits.test_images[:4, None] / 255)).asnumpy()
    pad = mxw.digit_pad(net, samples=(digits.test_images[:4], scores.argmax(axis=1)))
    assert pad.next_misread() is None and pad.notice == "All 4 samples are read right."
    pad.load(1)
    assert pad.notice == ""


def test_what_is_returned_is_the_readers_own(pad):
    before = pad.image
    pad.image[:] = 7
    pad.probabilities[:] = 7
    pad.activations(0)[:] = 7
    pad.drawing[:] = 7
    np.testing.assert_array_equal(pad.image, before)
    assert pad.probabilities.max() <= 1 and pad.activations(0).max() < 7 and pad.drawing.max() <= 1


# -- from the browser, and to it ---------------------------------------------------------------------------------------
def test_a_stroke_of_the_browser_is_read_and_answered_in_one_update(pad):
    updates = []
    pad.observe(lambda change: updates.append(change["name"]), ["answered", "chances", "maps", "picture"])
    pad.center = False
    updates.clear()
    drawn = stroke(pad, nets.seven())
    assert sorted(updates) == ["answered", "chances", "maps", "picture"] and pad.answered == pad.asked == 1
    np.testing.assert_allclose(pad.image, shrink(drawn, 28), atol=1e-6)
    np.testing.assert_allclose(floats(pad.chances), pad.probabilities, rtol=1e-6)
    assert np.frombuffer(pad.picture, np.uint8).tolist() == np.rint(pad.image * 255).astype(int).ravel().tolist()
    assert pad.sample == -1 and pad.notice == ""


def test_an_answer_is_small(pad):
    stroke(pad, nets.seven())
    pad.overlay = "gradient"
    pad.point = [2, 3, 4, 5]
    sizes = {name: len(getattr(pad, name)) for name in ("chances", "picture", "maps", "heat", "numbers")}
    assert sizes["maps"] == 8 * 24 * 24 + 8 * 12 * 12 + 16 * 8 * 8 + 16 * 4 * 4 + 256 + 64 + 10
    assert sum(sizes.values()) + len(str(pad.window)) + len(str(pad.scales)) < 64_000


def test_the_browser_loads_samples_centers_and_asks_for_mistakes(pad):
    send(pad, sample=3)
    np.testing.assert_allclose(pad.image, digits.test_images[3] / 255, atol=1e-6)
    send(pad, misread=1)
    assert pad.prediction != pad.truth
    stroke(pad, nets.seven())
    send(pad, center=False)
    np.testing.assert_allclose(pad.image, nets.seven(), atol=1e-2)


def test_a_sample_that_is_not_there_is_told(pad):
    send(pad, sample=9999)
    assert pad.notice.startswith("load: there are 297 samples") and pad.prediction >= 0


def test_ink_of_another_size_is_told_and_the_pad_goes_on(pad):
    send(pad, ink=b"123", asked=pad.asked + 1)
    assert "3 pixels" in pad.notice
    stroke(pad, nets.seven())
    assert pad.notice == ""


def test_maps_are_the_outputs_of_the_layers_as_shades(pad):
    shades = np.frombuffer(pad.maps, np.uint8)[: 8 * 24 * 24].reshape(8, 24, 24)
    low, high = pad.scales[0]
    np.testing.assert_allclose(low + shades / 253 * (high - low), pad.activations("conv0"), atol=(high - low) / 500)
    assert low == 0 and high == pytest.approx(pad.activations("conv0").max())
    low, high = pad.scales[-1]
    assert low == -high and high == pytest.approx(np.abs(pad.activations("dense1")).max())


def test_a_point_is_answered_with_the_terms_of_its_number(pad):
    pad.load(1)
    send(pad, point=[2, 3, 4, 5])
    about, numbers = pad.window, floats(pad.numbers)
    terms = pad.arithmetic("conv1", 3, 4, 5)
    assert (about["kind"], about["activation"], about["reads"]) == ("convolution", "relu", 1)
    assert about["point"] == [2, 3, 4, 5]
    assert about["box"] == [4, 5, 5, 5] and about["channels"] == list(range(8)) == about["detailed"]
    np.testing.assert_allclose(numbers[:3], [terms.value, terms.total, terms.bias], rtol=1e-6)
    np.testing.assert_allclose(numbers[4:12], terms.sums, rtol=1e-5)
    np.testing.assert_array_equal(numbers[12:37].reshape(5, 5), terms.patch[0])
    np.testing.assert_array_equal(numbers[37:62].reshape(5, 5), terms.kernel[0])
    assert about["biggest"] == np.abs(terms.sums).argmax()


def test_a_point_follows_the_drawing(pad):
    send(pad, point=[0, 3, 12, 12])
    before = pad.numbers
    stroke(pad, nets.seven())
    assert pad.numbers != before
    assert floats(pad.numbers)[0] == pad.activations("conv0")[3, 12, 12]


def test_the_inputs_of_a_dense_layer_that_count_most_are_named_by_their_place(pad):
    pad.load(2)
    send(pad, point=[5, 7, 0, 0])
    numbers = floats(pad.numbers)
    terms = pad.arithmetic("dense0", 7)
    products = terms.products.astype(np.float64)
    order = np.argsort(-np.abs(products), kind="stable")
    channel, row, column = np.unravel_index(order[0], (16, 4, 4))
    assert pad.window["terms"][0] == f"map {channel} ({row}, {column})" and pad.window["inputs"] == 256
    strongest = [terms.patch[order[0]], terms.kernel[order[0]], products[order[0]]]
    np.testing.assert_allclose(numbers[4:7], strongest, rtol=1e-6)
    assert numbers[3] == pytest.approx(products[order[12:]].sum(), rel=1e-4, abs=1e-5)  # the rest
    listed = numbers[4:].reshape(-1, 3)[:, 2]
    assert listed.sum() + numbers[3] + numbers[2] == pytest.approx(numbers[1], rel=1e-4)


def test_a_dense_layer_on_the_image_names_pixels():
    pad = mxw.digit_pad(nets.mlp())
    pad.draw(nets.seven())
    pad.point = [0, 2, 0, 0]
    best = int(np.abs(pad.arithmetic(0, 2).products).argmax())
    assert pad.window["terms"][0] == f"pixel ({best // 28}, {best % 28})" and pad.window["reads"] == -1


@pytest.mark.parametrize("point", [[0, 99, 0, 0], [99, 0, 0, 0], [0, 0, 24, 0], [0, -1, 0, 0], [1], []])
def test_a_point_that_is_nowhere_is_left_alone(pad, point):
    send(pad, point=point)
    assert pad.window == {} and pad.notice == ""


def test_overlays_are_the_gradient_and_the_occlusion_map_of_the_class_that_is_asked_for(pad):
    pad.load(4)
    send(pad, overlay="gradient")
    np.testing.assert_allclose(floats(pad.heat).reshape(28, 28), pad.saliency(), rtol=1e-6)
    send(pad, target=6)
    np.testing.assert_allclose(floats(pad.heat).reshape(28, 28), pad.saliency(6), rtol=1e-6)
    send(pad, overlay="occlusion")
    np.testing.assert_allclose(floats(pad.heat).reshape(28, 28), pad.occlusion(6), rtol=1e-6)
    assert pad.heat_about["class"] == 6 and "6" in pad.heat_about["text"]
    stroke(pad, nets.seven())
    np.testing.assert_allclose(floats(pad.heat).reshape(28, 28), pad.occlusion(6), rtol=1e-6)
    send(pad, overlay="")
    assert pad.heat == b"" and pad.heat_about == {}


def test_an_error_of_the_network_is_shown_below_the_pad(net):
    broken = []

    def fragile(x):
        if broken:
            raise ValueError("no more <b>digits</b>")
        return net(x)

    pad = mxw.digit_pad(fragile)
    broken.append(True)
    stroke(pad, nets.seven())
    assert pad.notice == "ValueError: no more <b>digits</b>"
    broken.clear()
    stroke(pad, nets.seven())
    assert pad.notice == ""


# -- tiles -------------------------------------------------------------------------------------------------------------
def test_many_and_large_maps_are_cut_to_what_a_message_holds():
    found = arrange([(64, 28, 28), (128, 14, 14), (5000,), (10,), (3, 4), ()])
    assert sum(each.size for each in found) <= 40_000 and [each.total for each in found] == [64, 128, 5000, 10, 1, 1]
    assert found[3] == Tiles((10,), 10, 1, 1, 10) and found[4] == Tiles((3, 4), 1, 3, 4, 1)
    assert found[0].count >= 8 and found[0].position(3, 4, 5) == (3, 4, 5) and found[2].position(17, 0, 0) == (17,)


def test_nan_and_infinity_have_bytes_of_their_own():
    values = np.array([0, 1, np.nan, np.inf, -np.inf, 0.5])
    assert list(pack(values, 0.0, 1.0)) == [0, 253, NAN, INFINITE, INFINITE, 126]
    assert limits(values) == (0.0, 1.0) and limits(np.array([-1.0, 3])) == (-3.0, 3.0)
    assert limits(np.zeros(3)) == (0.0, 1.0) == limits(np.full(2, np.nan))


# -- forms -------------------------------------------------------------------------------------------------------------
def test_text_tells_prediction_likeliest_classes_and_layers(pad):
    pad.load(6)
    lines = pad.to_text().splitlines()
    assert lines[0] == f"digit pad of lenet: sample 6, a {pad.truth}, read as {pad.prediction}"
    best = np.argsort(-pad.probabilities, kind="stable")[:3]
    shares = [f"{k} ({round(100 * pad.probabilities[k])} %)" for k in best if pad.probabilities[k] >= 0.005]
    assert lines[1] == f"likeliest: {', '.join(shares)}"
    assert lines[2] == "  conv0     Conv2D, relu  8 × 24 × 24" and lines[-1] == "  dense1    Dense         10"
    assert repr(pad) == f"<{lines[0]}>"
    pad.clear()
    assert pad.to_text().startswith("digit pad of lenet: an empty pad, read as ")


def test_the_picture_is_a_document_of_its_own_and_the_same_bytes_each_time(pad, net):
    pad.overlay = "gradient"
    document = pad.to_svg()
    root = ET.fromstring(document)
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and root.get("role") == "img"
    addresses = re.findall(r'href="([^"]{5})', document)
    assert set(addresses) == {"data:"} and "<script" not in document
    # drawing, input, gradient, four layers of maps, flatten in two lines, two dense layers
    assert len(addresses) == 3 + 4 + 2 + 2
    words = " ".join(t.text for t in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "conv1" in words and "Conv2D, relu · 16 × 8 × 8" in words and "sample 0, a " in words
    other = mxw.digit_pad(net, samples=digits)
    other.overlay = "gradient"
    assert other.to_svg() == document


def test_the_static_form_is_small_enough_for_a_lesson(pad):
    bundle = pad._repr_mimebundle_()
    assert len(bundle["text/html"]) < 60_000 and 'class="mxl-computed"' in bundle["text/html"]
    assert base64.b64decode(re.search(r'base64,([^"]+)"', bundle["text/html"])[1]).decode() == pad.to_svg()
    assert bundle["text/plain"] == pad.to_text()


def test_names_are_text_in_every_form():
    inner = nets.mlp()
    net = mx.gluon.nn.HybridSequential(prefix=EVIL + "_")
    net.add(inner)
    pad = mxw.digit_pad(net, classes=[EVIL + str(k) for k in range(10)])
    pad.overlay = "gradient"
    document = pad.to_svg()
    ET.fromstring(document)
    assert "<img" not in document and "<img" not in pad._repr_mimebundle_()["text/html"].replace('<img class="mxl', "")
    assert EVIL in pad.to_text()


def test_more_than_ten_classes_show_the_ten_likeliest():
    pad = mxw.digit_pad(nets.lenet(classes=26), classes="abcdefghijklmnopqrstuvwxyz")
    words = [t.text for t in ET.fromstring(pad.to_svg()).iter("{http://www.w3.org/2000/svg}text")]
    assert any(word.startswith("and 16 more classes") for word in words)
    assert sum(word in "abcdefghijklmnopqrstuvwxyz" for word in words) == 10


# -- mistakes of the reader's program ----------------------------------------------------------------------------------
def test_what_is_asked_for_and_not_there_is_named(pad, net):
    with pytest.raises(ArgumentError, match=r"no layer 'conv9'.*\n.*conv0.*conv1"):
        pad.activations("conv9")
    with pytest.raises(ArgumentError, match="no class 11"):
        pad.saliency(11)
    with pytest.raises(ArgumentError, match="297 samples"):
        pad.load(-1)
    with pytest.raises(ArgumentError, match="matrix of finite numbers"):
        pad.draw(np.full((28, 28), np.nan))
    with pytest.raises(ArgumentError, match=r"no samples.*\n.*samples=\(images, labels\)"):
        mxw.digit_pad(net).load(0)
