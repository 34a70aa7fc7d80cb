"""Reach of the lens: how long an array of many elements takes to be summarized, opened and painted."""

import base64
import json
from pathlib import Path

import mxlearn_widgets as mxw
import numpy as np

from mxlearn.display import default_layout, summarize, tiles

from .figures import Figure, median_ms

STATIC = Path(mxw.__file__).parent / "static"
TRAITS = ("notice", "names", "which", "info", "view", "limits", "logarithmic", "tiles", "cell", "reading", "wanted",
          "places")  # fmt: skip
PAINT = """
async ({esm, css, state, values, marks}) => {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.append(style);
  const {default: widget} = await import(URL.createObjectURL(new Blob([esm], {type: 'text/javascript'})));
  const bytes = text => new DataView(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
  const all = {...state, values: bytes(values), marks: bytes(marks)};
  const model = {get: k => all[k], set() {}, save_changes() {}, on() {}, off() {}, send() {}};
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const times = [];
  for (let k = 0; k < 15; k += 1) {
    const el = document.createElement('div');
    document.body.append(el);
    await frame();
    const start = performance.now();
    const stop = widget.render({model, el});
    const canvas = el.querySelector('canvas');
    while (!canvas.width || canvas.style.height === '') await frame();
    el.getBoundingClientRect();
    canvas.getContext('2d').getImageData(0, 0, 1, 1);
    times.push(performance.now() - start);
    stop();
    el.remove();
  }
  return times.sort((a, b) => a - b)[7];
}
"""


def measure() -> list[Figure]:
    """Return the figures of the lens."""
    rng = np.random.default_rng(0)
    big = rng.standard_normal(10**7, dtype="float32")
    kernels = big[: 512 * 512 * 9].reshape(512, 512, 3, 3)
    figures = [
        Figure("summary of 10^6 float32", median_ms(lambda: summarize(big[: 10**6]), 7), "ms", 250),
        Figure("summary of 10^7 float32", median_ms(lambda: summarize(big), 5), "ms", 500),
        Figure("tiles of a (2500, 4000) matrix", _tiles(big.reshape(2500, 4000)), "ms", 250),
        Figure("lens of (512, 512, 3, 3) opens", median_ms(lambda: mxw.lens(kernels), 5), "ms", 500),
        Figure("lens of 10^7 elements opens", median_ms(lambda: mxw.lens(big), 5), "ms", 1000),
    ]
    vast = np.broadcast_to(big, (10, 10**7)).reshape(10_000, 10_000)
    figures.append(Figure("lens of 10^8 elements opens", median_ms(lambda: mxw.lens(vast), 1), "ms", 5000))
    lens = mxw.lens(big.reshape(2500, 4000))
    sent = len(lens.values) + len(lens.marks) + len(json.dumps([lens.info, lens.tiles, lens.view]))
    figures.append(Figure("sent when a matrix opens", sent / 1000, "kB", 64))
    html = lens._repr_mimebundle_()["text/html"]
    figures.append(Figure("static form of a matrix", len(html) / 1000, "kB", 30))
    figures.append(Figure("render -> paint of (512, 512, 3, 3)", _paint(mxw.lens(kernels)), "ms", 50))
    figures.append(Figure("render -> paint of a (2500, 4000) matrix", _paint(lens), "ms", 50))
    return figures


def _tiles(matrix: np.ndarray) -> float:
    summary = summarize(matrix)
    return median_ms(lambda: tiles(matrix, default_layout(matrix.shape), summary), 7)


def _paint(lens: mxw.TensorLens) -> float:
    """Return the median time from render to a painted canvas, in milliseconds, in a page without a notebook."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ensure_browser

    given = {
        "esm": (STATIC / "arrays.js").read_text(encoding="utf-8"),
        "css": (STATIC / "arrays.css").read_text(encoding="utf-8"),
        "state": {key: getattr(lens, key) for key in TRAITS},
        "values": base64.b64encode(lens.values).decode(),
        "marks": base64.b64encode(lens.marks).decode(),
    }
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_browser.find(), args=arguments)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        found = page.evaluate(PAINT, given)
        browser.close()
    return found
