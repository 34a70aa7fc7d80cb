"""The race: what its own bookkeeping adds to the times that it reports, and to the time that a reader waits."""

import base64
import statistics
from time import perf_counter

import mxlearn_widgets as mxw
from mxlearn_widgets.shared.widget import STATIC
from mxlearn_widgets.timing.board import board, packed, pairs_of
from mxlearn_widgets.timing.measure import sample

import mxlearn as mx
from mxlearn.timing import Stopwatch

from .figures import Figure, median_ms

WORK = 100e-6  # seconds
ROUNDS = 400

# Draws the widget in an empty page, with a model that holds its traits; returns milliseconds until it was painted.
PAINT = """async ([source, css, traits, samples]) => {
  document.head.append(Object.assign(document.createElement('style'), {textContent: css}));
  const widget = (await import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})))).default;
  const bytes = Uint8Array.from(atob(samples), c => c.charCodeAt(0));
  const state = {...traits, samples: new DataView(bytes.buffer), replay_samples: new DataView(new ArrayBuffer(0))};
  const model = {get: name => state[name], set() {}, save_changes() {}, send() {}, on() {}, off() {}};
  const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const times = [];
  for (let k = 0; k < 30; k += 1) {
    const el = document.body.appendChild(document.createElement('div'));
    await frame();
    const start = performance.now();
    widget.render({model, el});
    el.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""


def spin() -> None:
    """Be busy for exactly WORK, by the clock that the race reads."""
    end = perf_counter() + WORK
    while perf_counter() < end:
        pass


def measure() -> list[Figure]:
    """Return the figures of the race."""
    watch = Stopwatch(mx.cpu())
    one = statistics.median(sample(watch, spin).synchronized for _ in range(ROUNDS))
    alone = []
    for _ in range(ROUNDS):  # the clock alone around the same work: what is above it is the race's own
        start = perf_counter()
        spin()
        alone.append(perf_counter() - start)
    nothing = statistics.median(sample(watch, lambda: None, 1000).synchronized for _ in range(ROUNDS // 4))

    mxw.race(lambda n, ctx: spin, sizes=1, budget=0.1)  # imports
    began = perf_counter()
    r = mxw.race({"a": lambda n, ctx: spin, "b": lambda n, ctx: spin}, sizes=range(1, 9), budget=20)
    waited = perf_counter() - began
    timed = sum(
        t * (point.inner if phase == "steady" else 1)
        for point in r.results.points.values()
        for phase, readings in point.phases()
        for _, t, _ in readings
    )
    times = _paint(r)
    return [
        Figure("render of one widget, layout included, median of 30", statistics.median(times), "ms", 50.0),
        Figure("... of the 30th on one page", times[-1], "ms", 50.0),
        Figure("added to a sample of 100 us", 1e6 * (one - statistics.median(alone)), "us", 2.0),
        Figure("... in per cent", 100 * (one - statistics.median(alone)) / WORK, "%", 2.0),
        Figure("added to each call of 1000 in one sample", 1e9 * nothing, "ns", 100.0),
        Figure("time waited over time measured, 2 entrants of 100 us", waited / timed, "x"),
        Figure("one update for the front end: everything it shows", median_ms(lambda: _update(r)), "ms", 20.0),
        Figure("... and its size", (len(r.samples) + len(repr(r.live))) / 1000, "kB", 64.0),
        Figure("static form", len(r._repr_mimebundle_()["text/html"]) / 1000, "kB"),
        Figure("draw the static form", median_ms(r.to_svg), "ms", 50.0),
    ]


def _paint(r) -> list[float]:
    """Return the times of drawing 30 of these widgets on one page, in milliseconds; needs a Chromium."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ensure_browser

    traits = {name: getattr(r, name) for name in r.keys if name not in ("samples", "replay_samples", "layout")}
    traits = {name: value for name, value in traits.items() if isinstance(value, (str, int, list, dict))}
    source, css = ((STATIC / f"timing.{kind}").read_text(encoding="utf-8") for kind in ("js", "css"))
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=ensure_browser.find(), args=arguments)
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        times = page.evaluate(PAINT, [source, css, traits, base64.b64encode(r.samples).decode()])
        browser.close()
    return times


def _update(r) -> None:
    board(r.results, pairs_of(r.results))
    packed(r.results)
