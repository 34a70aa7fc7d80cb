"""The digit pad: from a stroke to the prediction on the screen, for a LeNet on two cores, in a real JupyterLab."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mxlearn as mx
from mxlearn import nd
from mxlearn.gluon import nn

from .figures import Figure, median_ms, percentile

STATIC = Path(__file__).parents[3] / "widgets" / "mxlearn_widgets" / "static"
CORES = 2
STROKES = 60  # that count, after WARM_UP ones that do not
WARM_UP = 5

SETUP = """
import mxlearn as mx
import mxlearn_widgets as mxw
from tests.benchmarks.reach.digits import lenet

digits = mx.data.mnist("digits")
pad = mxw.digit_pad(lenet(), samples=digits)
pad
"""

# Draws strokes of 12 moves, 16 ms apart, as a hand does, and waits after each until its last ink is answered. A stroke
# takes from its last move to the frame in which the bars show the answer that has seen this move.
STROKE = """
async count => {
  const pad = document.querySelector('.mxw-pad'), root = pad.closest('.mxw'), box = pad.getBoundingClientRect();
  const pause = ms => new Promise(done => setTimeout(done, ms));
  const send = (type, x, y) => pad.dispatchEvent(new PointerEvent(type, {
    clientX: box.x + x * box.width, clientY: box.y + y * box.height, button: 0, pointerId: 1, bubbles: true,
    cancelable: true}));
  pad.setPointerCapture = () => {};
  let shown = 0;
  new MutationObserver(() => { shown = performance.now(); }).observe(root, {attributeFilter: ['data-shown']});
  const took = [];
  for (let k = 0; k < count; k += 1) {
    const [x, y, angle] = [0.25 + 0.5 * Math.random(), 0.25 + 0.5 * Math.random(), 6.28 * Math.random()];
    send('pointerdown', x, y);
    let start = 0;
    for (let step = 1; step <= 12; step += 1) {
      await pause(16);
      start = performance.now();
      send('pointermove', x + 0.02 * step * Math.cos(angle), y + 0.02 * step * Math.sin(angle));
    }
    send('pointerup', x, y);
    do await pause(250); while (root.dataset.asked !== root.dataset.shown);
    took.push(shown - start);
  }
  return took;
}
"""


def lenet():
    """Return the LeNet of the third lesson, with random parameters: they take as long as trained ones."""
    mx.random.seed(3)
    net = nn.HybridSequential(prefix="lenet_")
    with net.name_scope():
        net.add(
            nn.Conv2D(8, kernel_size=5, activation="relu"),
            nn.MaxPool2D(pool_size=2, strides=2),
            nn.Conv2D(16, kernel_size=5, activation="relu"),
            nn.MaxPool2D(pool_size=2, strides=2),
            nn.Flatten(),
            nn.Dense(64, activation="relu"),
            nn.Dense(10),
        )
    net.initialize(mx.init.Xavier())
    net(nd.zeros((1, 1, 28, 28)))
    net.hybridize()
    return net


@contextmanager
def few_cores(count: int) -> Iterator[int]:
    """Let this process, and those that it starts, use so many cores, where the system can; yield how many it uses."""
    if not hasattr(os, "sched_setaffinity"):
        yield os.cpu_count() or 1
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:count])
    try:
        yield len(os.sched_getaffinity(0))
    finally:
        os.sched_setaffinity(0, before)


def measure() -> list[Figure]:
    """Measure strokes in the browser, and the parts of them that the kernel takes."""
    return [*in_kernel(), *in_browser()]


def in_kernel() -> list[Figure]:
    """Measure one look of the pad, what it sends, and the two explanations."""
    import mxlearn_widgets as mxw

    pad = mxw.digit_pad(lenet(), samples=mx.data.mnist("digits"))
    sent = sum(len(getattr(pad, name)) for name in ("chances", "picture", "maps"))
    return [
        Figure("prediction and all activations of a LeNet, in the kernel", median_ms(pad.refresh), "ms"),
        Figure("gradient back to the pixels", median_ms(pad.saliency), "ms"),
        Figure("occlusion map", median_ms(pad.occlusion), "ms"),
        Figure("one answer to the browser", sent / 1000, "kB", 64),
        Figure("script of the widget", (STATIC / "digits.js").stat().st_size / 1000, "kB", 30),
    ]


def in_browser() -> list[Figure]:
    """Measure from the last move of a stroke to the prediction on the screen."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ensure_browser, jupyter, pages

    with few_cores(CORES) as cores, tempfile.TemporaryDirectory() as temporary:
        base, folder = Path(temporary), Path(temporary, "notebooks")
        folder.mkdir()
        with jupyter.running_lab(base / "jupyter", folder) as lab, sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=ensure_browser.find(), args=arguments)
            with pages.open_page(browser, lab, "lab", "strokes", {"pad": SETUP}, widgets=1) as notebook:
                notebook.widget("pad").scroll_into_view_if_needed()
                notebook.page.evaluate(STROKE, WARM_UP)
                took = notebook.page.evaluate(STROKE, STROKES)
            browser.close()
    where = f"stroke to prediction, LeNet, {cores} cores"
    return [
        Figure(f"{where}: median", percentile(took, 0.5), "ms"),
        Figure(f"{where}: p95", percentile(took, 0.95), "ms", 120),
    ]
