"""What the monitor of a training loop costs, and how fast it obeys: bare and watched loops in turn, and a real page."""

import io
import json
import statistics
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from .figures import Figure, percentile

ROUNDS = 9  # of each pair of loops
SECONDS = 2.0  # of a loop
CLICKS = 12  # on Pause

SETUP = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from tests.benchmarks.reach import training as bench
"""
CELLS = {
    "setup": SETUP,
    "short": "bench.report(bench.overhead(bench.short()))",
    "lenet": "bench.report(bench.overhead(bench.lenet()))",
    "clicks": "bench.click_loop()",
}


def short() -> Callable[[], object]:
    """Return a step of about a millisecond: so many small products of matrices, the same number each time."""
    a = np.full((40, 40), 0.5, np.float32)

    def step(products: int) -> None:
        for _ in range(products):
            np.tanh(a @ a)

    start = perf_counter()
    step(1000)
    products = max(1, round(1000 * 1e-3 / (perf_counter() - start)))
    return lambda: step(products)


def lenet(batch: int = 64) -> Callable[[], object]:
    """Return one training step of LeNet on random images; it returns the loss of each image."""
    import mxlearn as mx
    from mxlearn import autograd, gluon, nd
    from mxlearn.gluon import nn

    net = nn.HybridSequential(prefix="lenet_")
    with net.name_scope():
        net.add(nn.Conv2D(20, 5, activation="tanh"), nn.MaxPool2D(2, 2), nn.Conv2D(50, 5, activation="tanh"),
                nn.MaxPool2D(2, 2), nn.Dense(500, activation="tanh"), nn.Dense(10))  # fmt: skip
    net.initialize(mx.init.Xavier())
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    criterion = gluon.loss.SoftmaxCrossEntropyLoss()
    x, y = nd.random.uniform(shape=(batch, 1, 28, 28)), nd.array(np.arange(batch) % 10)

    def step():
        with autograd.record():
            loss = criterion(net(x), y)
        loss.backward()
        trainer.step(batch)
        return loss

    step.net, step.trainer = net, trainer  # type: ignore[attr-defined]
    return step


def overhead(step: Callable[[], object], rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, float]:
    """Return the share by which the monitor lengthens a step: medians of loops in turn, after one that does not count.

    A watched loop logs the loss of each step; with a network it looks into the layers, too. Processor time counts all
    threads of this process, and nothing of what else the machine does.
    """
    import mxlearn_widgets as mxw

    for _ in range(3):
        step()
    start = perf_counter()
    for _ in range(10):
        step()
    count = max(20, round(seconds / ((perf_counter() - start) / 10)))
    options = {"net": getattr(step, "net", None), "trainer": getattr(step, "trainer", None)}

    def bare() -> tuple[float, float]:
        start, used = perf_counter(), process_time()
        for _ in range(count):
            step()
        return (perf_counter() - start) / count, (process_time() - used) / count

    def watched() -> tuple[float, float]:
        monitor = mxw.monitor(range(count), compare=False, **options)
        start, used = perf_counter(), process_time()
        for _ in monitor:
            loss = step()
            monitor.log(loss=0.5 if loss is None else loss)
        times.append(monitor.overhead)
        return (perf_counter() - start) / count, (process_time() - used) / count

    times: list[float] = []
    watched()
    pairs = [(*bare(), *watched()) for _ in range(rounds)]
    middle = [statistics.median(column) for column in zip(*pairs, strict=True)]
    mxw.TrainMonitor.clear_runs()
    return {
        "share": middle[2] / middle[0] - 1.0,
        "processor": middle[3] / middle[1] - 1.0,
        "own": statistics.median(times),
        "step_ms": 1000 * middle[0],
        "count": count,
    }


def report(result: dict[str, float]) -> None:
    """Print a result as the page reads it."""
    print("RESULT", json.dumps(result))


def click_loop() -> None:
    """Run a loop of steps of 20 ms until it is stopped; note when each step begins, by the clock of the machine."""
    import time

    import mxlearn_widgets as mxw

    begins: list[float] = []
    for _ in mxw.monitor(range(100_000), compare=False):
        begins.append(time.time())
        time.sleep(0.02)
    print("RESULT", json.dumps(begins))


def _result(notebook, name: str):
    lines = notebook.output(name).splitlines()
    return json.loads(next(line for line in lines if line.startswith("RESULT")).removeprefix("RESULT"))


def _clicks(notebook) -> tuple[list[float], list[int]]:
    """Return for each click on Pause the milliseconds until the page shows it, and the steps that began after it."""
    page = notebook.page
    notebook.run("clicks", wait=False)
    notebook.wait_ready("clicks")
    page.wait_for_timeout(5000)  # the subshell is up
    latencies, times = [], []
    for _ in range(CLICKS):
        clicked, shown = page.evaluate(
            """async () => {
              const widget = [...document.querySelectorAll('.mxw-training')].at(-1);
              const find = (label) => widget.querySelector(`button[aria-label="${label}"]`);
              const clicked = Date.now(), start = performance.now();
              find('Pause').click();
              while (!widget.querySelector('.mxw-state').textContent.includes('paused')) {
                await new Promise((next) => setTimeout(next, 2));
              }
              const shown = performance.now() - start;
              await new Promise((next) => setTimeout(next, 250));
              find('Resume').click();
              await new Promise((next) => setTimeout(next, 400));
              return [clicked / 1000, shown];
            }"""
        )
        latencies.append(shown)
        times.append(clicked)
    notebook.widget("clicks").get_by_role("button", name="Stop", exact=True).click()
    notebook.wait_idle()
    begins = np.array(_result(notebook, "clicks"))
    late = [int(((begins > clicked) & (begins < clicked + 0.2)).sum()) for clicked in times]
    return latencies, late


def in_browser() -> list[Figure]:
    """Measure with a live page in JupyterLab: the widget draws while the loop runs."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ensure_browser, jupyter, pages

    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        (base / "notebooks").mkdir()
        with jupyter.running_lab(base / "jupyter", base / "notebooks") as lab, sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=ensure_browser.find(), args=arguments)
            with pages.open_page(browser, lab, "lab", "training_bench", CELLS, widgets=0, run=False) as notebook:
                notebook.page.set_default_timeout(300_000)
                notebook.run("setup")
                found = []
                for name in ("short", "lenet"):
                    notebook.run(name, wait=False)
                    notebook.cell(name).get_by_text("RESULT").wait_for(timeout=300_000)
                    notebook.wait_idle()
                    found += _figures(_result(notebook, name), name, "live page")
                latencies, late = _clicks(notebook)
            browser.close()
    return [
        *found,
        Figure("click -> the page shows paused, median", statistics.median(latencies), "ms"),
        Figure("click -> the page shows paused, p95", percentile(latencies, 0.95), "ms"),
        Figure("steps that begin within 200 ms after a click on Pause, most", max(late), "steps", 1),
    ]


def _figures(result: dict[str, float], name: str, where: str) -> list[Figure]:
    what = f"a {'short' if name == 'short' else 'LeNet'} step ({result['step_ms']:.3g} ms)"
    return [
        Figure(f"monitor's share of {what}, {where}", 100 * result["share"], "%", 2.0),
        Figure("  the same by processor time of all threads", 100 * result["processor"], "%"),
        Figure("  the same as the monitor itself counts it", 100 * result["own"], "%"),
    ]


def measure() -> list[Figure]:
    """Return the shares of the monitor without and with a page, and how it obeys."""
    with redirect_stderr(io.StringIO()):  # lines of progress
        alone = _figures(overhead(short()), "short", "no front end")
        alone += _figures(overhead(lenet()), "lenet", "no front end")
    return [*alone, *in_browser()]
