"""DecisionBoundary: how long the model takes to be asked, and how soon a dragged point is redrawn."""

import tempfile
from pathlib import Path

import mxlearn_widgets as mxw
import numpy as np

import mxlearn as mx
from mxlearn import gluon

from .figures import Figure, median_ms, percentile

CELL = """
import numpy as np, mxlearn as mx, mxlearn_widgets as mxw
X = np.random.default_rng(0).normal(size=(400, 2))
mxw.boundary(lambda rows: rows.sum(axis=1), X, X.sum(axis=1) > 0)
"""
DRAG = """async () => {
  const surface = document.querySelector('.mxw-surface'), canvas = surface.querySelector('canvas');
  const box = canvas.getBoundingClientRect(), times = [];
  const send = (type, x, y) => surface.dispatchEvent(new PointerEvent(type,
    {clientX: box.left + x, clientY: box.top + y, button: 0, pointerId: 1, bubbles: true}));
  surface.setPointerCapture = () => {};
  const request = window.requestAnimationFrame.bind(window), drawn = [];
  const frame = () => new Promise(done => request(() => request(done)));
  let spent = 0;
  window.requestAnimationFrame = draw => request(now => {
    const start = performance.now();
    draw(now);
    spent += performance.now() - start;
  });
  for (let y = 60; y < box.height - 80; y += 6) { send('pointerdown', box.width / 2, y); send('pointerup', 0, 0); }
  send('pointerdown', box.width / 2, box.height / 2);
  for (let k = 0; k < 60; k += 1) {
    const start = performance.now();
    send('pointermove', box.width / 2 + k, box.height / 2 + (k % 7));
    spent = performance.now() - start;  // of the handler, then of all that it asked for
    await frame();
    times.push(performance.now() - start);
    drawn.push(spent);
  }
  send('pointerup', 0, 0);
  window.requestAnimationFrame = request;
  return [times, drawn];
}"""


def measure() -> list[Figure]:
    """Return the figures; needs a Chromium."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ensure_browser, jupyter, pages

    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 2))
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(32, activation="relu"), gluon.nn.Dense(32, activation="relu"), gluon.nn.Dense(1))
    net.initialize(mx.init.Xavier())
    view = mxw.boundary(net, rows, rows[:, 0] > 0)
    found = [Figure("field of an MLP 2-32-32-1, 96 x 96 points", median_ms(view.refresh), "ms")]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        base = Path(folder)
        (base / "notebooks").mkdir()
        with jupyter.running_lab(base / "jupyter", base / "notebooks") as lab:
            arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=ensure_browser.find(), args=arguments)
            with pages.open_page(browser, lab, "lab", "decision", {"show": CELL}, widgets=1) as notebook:
                notebook.widget("show").scroll_into_view_if_needed()
                times, drawn = notebook.page.evaluate(DRAG)
    found.append(Figure("drag a point -> redraw, two frames later, median", percentile(times, 0.5), "ms", 50))
    found.append(Figure("drag a point -> redraw, two frames later, p95", percentile(times, 0.95), "ms", 50))
    found.append(Figure("script of one drag, 400 points: handler and drawing, median", percentile(drawn, 0.5), "ms", 8))
    return found
