"""The digit pad in both front ends: drawn on by mouse and by keyboard, looked into, beside a busy cell, reloaded."""

import json

import pytest

from mxlearn.drawing import number_text

from . import jupyter
from .pages import THEMES, assert_accessible, assert_keys_stay_inside, assert_quiet, open_page

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.broken=1>"

CELLS = {
    "setup": """
import time
import mxlearn as mx
import mxlearn_widgets as mxw
import numpy as np
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

digits = mx.data.mnist("digits")
mx.random.seed(3)
np.random.seed(3)
lenet = nn.HybridSequential(prefix="lenet_")
with lenet.name_scope():
    lenet.add(
        nn.Conv2D(8, kernel_size=5, activation="relu"),
        nn.MaxPool2D(pool_size=2, strides=2),
        nn.Conv2D(16, kernel_size=5, activation="relu"),
        nn.MaxPool2D(pool_size=2, strides=2),
        nn.Flatten(),
        nn.Dense(64, activation="relu"),
        nn.Dense(10),
    )
lenet.initialize(mx.init.Xavier())
lenet.hybridize()
images, labels = nd.array(digits.train_images[:, None] / 255), nd.array(digits.train_labels)
trainer = gluon.Trainer(lenet.collect_params(), "sgd", {"learning_rate": 0.05, "momentum": 0.9})
loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
for start in [*range(0, 1500, 50)] * 3:
    with autograd.record():
        loss = loss_of(lenet(images[start : start + 50]), labels[start : start + 50])
    loss.backward()
    trainer.step(50)
""",
    "pad": "pad = mxw.digit_pad(lenet, samples=digits)\npad",
    "evil": f"mxw.digit_pad(lambda x: nd.dot(x, nd.ones((784, 3))), classes=[{EVIL!r} + str(k) for k in range(3)])",
    "wrong": "mxw.digit_pad(nn.Dense(10))",
    "busy": """
for _ in range(600):  # a minute, or until the reader has drawn, and then looked into a map
    time.sleep(0.1)
    if pad.asked >= WANTED and pad.point[:2] == [0, 5]:
        break
print('done')
""",
    "after": "print('the notebook goes on')",
}


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    cells = {**CELLS, "setup": CELLS["setup"] + "\nWANTED = 0"}
    with open_page(browser, lab, front_end, "digits", cells, widgets=2) as notebook:
        notebook.page.set_viewport_size({"width": 1300, "height": 1400})
        yield notebook


def answered(page, act):
    """Do something that asks the network, and wait until the answer to the last question is shown."""
    before = int(page.widget("pad").get_attribute("data-asked") or 0)
    act()
    page.page.wait_for_function(
        """before => { const {asked, shown} = document.querySelector('.mxw-pad').closest('.mxw').dataset;
        return Number(asked) > before && asked === shown; }""",
        arg=before,
        timeout=20_000,
    )


def numbers(page, expression):
    """Return what an expression is in the kernel."""
    return json.loads(page.execute(f"import json; print(json.dumps({expression}))"))


def draw(page, *points):
    """Draw lines through points, given as shares of the pad, with the mouse."""
    pad = page.widget("pad").locator(".mxw-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.page.mouse.move(*places[0])
    page.page.mouse.down()
    for place in places[1:]:
        page.page.mouse.move(*place, steps=8)
    page.page.mouse.up()


def clear(page):
    answered(page, lambda: page.widget("pad").get_by_role("button", name="Wipe the pad").click())


def bars(page):
    """Return what the bars say: {class: percent}."""
    rows = page.widget("pad").locator(".mxw-chances li")
    names, shares = (rows.locator(f".mxw-{part}").all_inner_texts() for part in ("class", "share"))
    return dict(zip(names, shares, strict=True))


def tile(page, layer, number):
    """Return where a map of a layer lies in the page."""
    row = page.widget("pad").locator(".mxw-tiles").nth(layer)
    row.scroll_into_view_if_needed()
    box = row.bounding_box()
    return box["x"] + 48 * number + 20, box["y"] + 20


def wait_point(page, point):
    """Wait until the arithmetic of a point has come."""
    layer, number, row, column = point
    where = f"map {number}, row {row}, column {column}"
    page.widget("pad").locator(".mxw-heading", has_text=where).wait_for(timeout=10_000)


# -- drawing -----------------------------------------------------------------------------------------------------------
def test_a_drawing_by_mouse_is_centered_and_read(page):
    clear(page)
    answered(page, lambda: draw(page, (0.1, 0.1), (0.15, 0.6)))  # a 1 in a corner
    image = numbers(page, "pad.image.tolist()")
    rows = [r for r in range(28) if max(image[r]) > 0.5]
    columns = [c for c in range(28) if max(row[c] for row in image) > 0.5]
    assert rows[0] >= 3 and rows[-1] <= 24 and rows[-1] - rows[0] >= 18 and 12 <= sum(columns) / len(columns) <= 15
    shown = bars(page)
    shares = numbers(page, "pad.probabilities.tolist()")
    for k, share in enumerate(shares):
        assert shown[str(k)] == ("<1 %" if 0 < share < 0.005 else f"{round(100 * share)} %")
    assert page.widget("pad").locator(".mxw-reads strong").inner_text() == str(numbers(page, "pad.prediction"))


def test_without_centering_the_network_gets_the_pad_as_it_is(page):
    widget = page.widget("pad")
    box = widget.get_by_label("Center the drawing")
    before = numbers(page, "pad.probabilities.tolist()")
    box.uncheck()
    widget.get_by_text("the pad as it is").wait_for()
    image = numbers(page, "pad.image.tolist()")
    assert max(map(max, image[20:])) == 0 and max(row[3] for row in image) > 0.5
    assert max(abs(a - b) for a, b in zip(before, numbers(page, "pad.probabilities.tolist()"), strict=True)) > 0.01
    box.check()
    widget.get_by_text("mass in the middle").wait_for()


def test_a_drawing_by_keyboard_alone(page):
    clear(page)
    widget, keyboard = page.widget("pad"), page.page.keyboard
    widget.locator(".mxw-pad").focus()
    for key in ["Shift+ArrowUp", "Shift+ArrowLeft"] * 8 + ["ArrowDown"] * 6 + ["Shift+ArrowRight"] * 2:
        keyboard.press(key)
    widget.get_by_text("Pen up · row 6, column 8").wait_for()

    def seven():
        keyboard.press("Space")
        for key in ["ArrowRight"] * 8 + ["ArrowDown", "ArrowDown", "ArrowLeft"] * 6:
            keyboard.press(key)
        keyboard.press("Space")

    answered(page, seven)
    ink = numbers(page, "(pad.drawing > 0.5).sum().item()")
    assert ink > 300
    assert widget.get_by_text("Pen up").count() == 1
    assert page.widget("pad").locator(".mxw-reads strong").inner_text() == str(numbers(page, "pad.prediction"))
    answered(page, lambda: keyboard.press("Control+z"))
    assert numbers(page, "(pad.drawing > 0.5).sum().item()") == 0
    answered(page, lambda: keyboard.press("Delete"))


def test_many_strokes_are_answered_with_the_latest(page):
    def scribble():
        for k in range(6):
            draw(page, (0.2 + 0.1 * k, 0.2), (0.2 + 0.1 * k, 0.8))

    clear(page)
    answered(page, scribble)
    assert numbers(page, "[pad.asked, pad.answered]")[0] == numbers(page, "[pad.asked, pad.answered]")[1]
    columns = numbers(page, "(pad.drawing > 0.5).any(axis=0).tolist()")
    assert all(columns[int(112 * (0.2 + 0.1 * k))] for k in range(6))


# -- samples -----------------------------------------------------------------------------------------------------------
def test_samples_are_loaded_with_their_true_class(page):
    widget = page.widget("pad")
    number = widget.get_by_role("spinbutton")
    number.fill("7")
    number.press("Enter")
    widget.get_by_text("as sample 7 is stored").wait_for()
    truth = numbers(page, "int(digits.test_labels[7])")
    assert widget.locator(".mxw-reads").inner_text().endswith(f"it is a {truth}")
    widget.get_by_role("button", name="Next sample", exact=True).click()
    widget.get_by_text("as sample 8 is stored").wait_for()
    widget.get_by_role("button", name="Previous sample").click()
    widget.get_by_text("as sample 7 is stored").wait_for()
    widget.get_by_role("button", name="misread").click()
    widget.locator(".mxw-wrong", has_text="✗").wait_for()
    assert numbers(page, "pad.prediction != pad.truth and pad.sample > 7")


# -- inside ------------------------------------------------------------------------------------------------------------
def test_the_numbers_of_a_map_are_made_from_the_weights(page):
    widget = page.widget("pad")
    page.execute("pad.load(5)")
    widget.get_by_text("as sample 5 is stored").wait_for()
    page.page.mouse.click(*tile(page, 2, 3))
    widget.locator(".mxw-equation").wait_for()
    layer, number, row, column = numbers(page, "list(pad.point)")
    assert (layer, number) == (2, 3)
    stage = widget.locator(".mxw-enlarged")
    page.page.wait_for_function("() => document.querySelector('.mxw-enlarged canvas').clientHeight === 216")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    page.page.mouse.move(box["x"] + box["width"] * 5.5 / 8, box["y"] + box["height"] * 2.5 / 8)
    wait_point(page, (2, 3, 2, 5))
    terms = numbers(page, "(lambda t: [t.value, t.total, t.bias, t.sums.tolist()])(pad.arithmetic('conv1', 3, 2, 5))")
    equation = widget.locator(".mxw-equation").inner_text()
    assert number_text(terms[1]) in equation and number_text(abs(terms[2])) in equation
    assert widget.locator(".mxw-heading strong").last.inner_text() == number_text(terms[0])
    sums = [f"{k} {number_text(each, 3)}" for k, each in enumerate(terms[3])]
    assert widget.locator(".mxw-channel").all_inner_texts() == sums
    assert widget.locator(".mxw-matrix").count() == 3


def test_the_keyboard_goes_from_layer_to_layer_and_over_a_map(page):
    widget, keyboard = page.widget("pad"), page.page.keyboard
    widget.locator(".mxw-tiles").nth(1).focus()
    keyboard.press("Home")
    widget.locator(".mxw-heading", has_text="pool0 map 0").wait_for()
    keyboard.press("ArrowRight")
    widget.locator(".mxw-heading", has_text="pool0 map 1").wait_for()
    widget.get_by_text("The largest of the 4 numbers is").wait_for()
    widget.locator(".mxw-enlarged").focus()
    for _ in range(13):
        keyboard.press("ArrowUp")
        keyboard.press("ArrowLeft")
    keyboard.press("ArrowDown")
    wait_point(page, (1, 1, 1, 0))
    widget.locator(".mxw-tiles").nth(6).focus()
    keyboard.press("End")
    widget.get_by_text("The 12 inputs that count most").wait_for()
    assert widget.locator(".mxw-heading").inner_text().startswith("dense1 unit 9, class 9: ")


def test_gradient_and_occlusion_are_shown_for_the_class_that_is_chosen(page):
    widget = page.widget("pad")
    widget.get_by_label("Why?").select_option("gradient")
    widget.get_by_text("gradient of the score of").wait_for()
    widget.get_by_label("for", exact=True).select_option("3")
    widget.get_by_text("gradient of the score of 3").wait_for()
    most = numbers(page, "float(pad.saliency(3).max())")
    assert f"most {number_text(most, 3)} at" in widget.locator("figure").nth(1).inner_text()
    widget.get_by_label("Why?").select_option("occlusion")
    widget.get_by_text("fall of the probability of 3").wait_for()
    assert numbers(page, "pad.heat_about['kind']") == "occlusion"
    page.execute("pad.overlay = ''; pad.target = -1")
    widget.locator("figure").nth(1).wait_for(state="hidden")


# -- a busy kernel, a loaded page --------------------------------------------------------------------------------------
def test_beside_a_busy_cell_the_pad_says_so_and_catches_up(page):
    clear(page)
    widget = page.widget("pad")
    wanted = numbers(page, "pad.asked") + 1
    page.execute(f"WANTED = {wanted}")
    page.run("busy", wait=False)
    page.settle(300)
    widget.scroll_into_view_if_needed()
    draw(page, (0.3, 0.2), (0.7, 0.2), (0.4, 0.8))
    widget.get_by_text("A cell is running").wait_for(timeout=10_000)
    page.page.mouse.click(*tile(page, 0, 5))  # what was computed is explained all the same
    widget.locator(".mxw-heading", has_text="conv0 map 5").wait_for(timeout=5_000)
    page.cell("busy").get_by_text("done", exact=True).wait_for(timeout=20_000)
    page.page.wait_for_function(
        "() => { const d = document.querySelector('.mxw-pad').closest('.mxw').dataset; return d.asked === d.shown; }",
        timeout=20_000,
    )
    assert widget.get_by_text("A cell is running").count() == 0
    assert numbers(page, "(pad.drawing > 0.5).sum().item()") > 300
    page.wait_idle()


def test_interrupting_a_cell_leaves_the_pad_alive(page):
    page.execute("WANTED = 10**9")
    page.run("busy", wait=False)
    page.settle(300)
    page.interrupt()
    page.wait_idle()
    clear(page)
    answered(page, lambda: draw(page, (0.5, 0.2), (0.5, 0.8)))
    assert numbers(page, "pad.answered") == numbers(page, "pad.asked")


def test_mistakes_and_names_are_shown_as_text(page):
    assert "was not initialized" in page.output("wrong") and "net.initialize" in page.output("wrong")
    assert page.widget("evil").locator(".mxw-class").first.text_content() == f"{EVIL}0"
    assert page.page.evaluate("() => window.broken") is None
    assert "the notebook goes on" in page.output("after")


def test_it_is_accessible_in_both_themes(page):
    page.execute("pad.load(5); pad.overlay = 'gradient'; pad.point = [2, 3, 2, 5]")
    page.widget("pad").locator(".mxw-channel").first.wait_for()
    assert_accessible(page, "pad", "evil")


def test_no_key_leaves_it(page):
    assert_keys_stay_inside(page, "pad")


def test_ink_and_paper_follow_the_theme(page):
    corner = """() => { const canvas = document.querySelector('.mxw-pad canvas');
      return [...canvas.getContext('2d').getImageData(4, 4, 1, 1).data].slice(0, 3).reduce((a, b) => a + b); }"""
    page.execute("pad.clear()")
    colors = []
    for theme in THEMES:
        page.set_theme(theme)
        page.settle(400)
        colors.append(page.page.evaluate(corner))
    page.set_theme(THEMES[0])
    assert colors[0] > 600 and colors[1] < 200


def test_the_frozen_form_is_readable_without_kernel_and_trust(page, browser, lab, front_end):
    page.execute("pad.load(5)")
    cell = json.loads(page.execute("import json; print(json.dumps(pad._repr_mimebundle_()))"))
    output = {"output_type": "display_data", "data": {"text/html": cell["text/html"]}, "metadata": {}}
    stored = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [output], "source": "pad"}
    lab.write(f"digits_frozen_{front_end}.ipynb", [stored])
    frozen = browser.new_page()
    watch = jupyter.Watch(frozen, lab.address)
    jupyter.open_notebook(frozen, lab, f"digits_frozen_{front_end}.ipynb", front_end)
    image = frozen.locator(".jp-OutputArea img")
    image.wait_for(timeout=20_000)
    assert image.evaluate("e => e.naturalWidth") == 760
    assert image.get_attribute("alt").startswith("digit pad of lenet: sample 5, a ")
    assert watch.foreign == [] and watch.errors == []
    frozen.close()


def test_a_loaded_page_shows_what_the_kernel_holds(page):
    page.execute("pad.load(9); pad.point = [2, 3, 2, 5]")
    page.save()
    page.reload()
    page.wait_ready("pad")
    widget = page.widget("pad")
    widget.get_by_text("as sample 9 is stored").wait_for(timeout=20_000)
    wait_point(page, (2, 3, 2, 5))
    answered(page, lambda: draw(page, (0.5, 0.2), (0.5, 0.8)))


def test_nothing_was_asked_of_another_host_and_no_error_was_logged(page):
    assert_quiet(page)
