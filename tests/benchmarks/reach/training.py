"""What the monitor of a training loop costs, and how fast it obeys: bare and watched loops in turn, and a real page."""

import io
import json
import math
import statistics
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from .figures import Figure, percentile

ROUNDS = 30  # each a bare piece of a loop, a watched one, and a bare one
SECONDS = 0.5  # of a piece
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

    least = math.inf
    for _ in range(30):
        start = perf_counter()
        step(100)
        least = min(least, (perf_counter() - start) / 100)
    products = max(1, round(1e-3 / least))
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
    """Return the share by which the monitor lengthens a step.

    Each piece of one watched loop stands between two pieces of a bare one, so that both see the same machine; the share
    is the median over these. A watched step logs its loss; with a network there are looks into the layers, too.
    Processor time counts all threads of this process. How much one bare piece differs from the next tells what the
    machine's other work does to the figures.
    """
    import mxlearn_widgets as mxw

    for _ in range(3):
        step()
    start = perf_counter()
    for _ in range(10):
        step()
    count = max(5, round(seconds / ((perf_counter() - start) / 10)))
    options = {"net": getattr(step, "net", None), "trainer": getattr(step, "trainer", None)}
    monitor = mxw.monitor(range(count * (rounds + 2)), compare=False, **options)
    steps = iter(monitor)

    def watched() -> None:
        for _ in islice(steps, count):
            loss = step()
            monitor.log(loss=0.5 if loss is None else loss)

    def bare() -> None:
        start = perf_counter()
        for _ in range(count):
            step()
        away = perf_counter() - start  # the monitor's timetable stands still: a picture is due by the clock
        monitor._due += away
        monitor._look_due += away

    def timed(work: Callable[[], None]) -> tuple[float, float]:
        start, used = perf_counter(), process_time()
        work()
        return (perf_counter() - start) / count, (process_time() - used) / count

    watched()
    times = np.array([(timed(bare), timed(watched), timed(bare)) for _ in range(rounds)])  # (rounds, 3, 2)
    own = 3 * monitor.overhead  # of the time of all three
    steps.close()
    mxw.TrainMonitor.clear_runs()
    shares = np.median(times[:, 1] / ((times[:, 0] + times[:, 2]) / 2), axis=0) - 1.0
    return {
        "share": float(shares[0]),
        "processor": float(shares[1]),
        "own": own,
        "noise": float(np.median(np.abs(times[:, 2, 0] / times[:, 0, 0] - 1.0))),
        "step_ms": 1000 * float(np.median(times[:, 0, 0])),
    }


def report(result: dict[str, float]) -> None:
    """Print a result as the page reads it."""
    print("RESULT", json.dumps(result))


def click_loop() -> None:
    """Run a loop of steps of 20 ms until it is stopped; note when each step begins, and when a Pause is received."""
    import time

    import mxlearn_widgets as mxw

    begins: list[float] = []
    received: list[float] = []
    monitor = mxw.monitor(range(100_000), compare=False)
    monitor.on_msg(lambda _, content, __: content.get("command") == "pause" and received.append(perf_counter()))
    for _ in monitor:
        begins.append(perf_counter())
        time.sleep(0.02)
    print("RESULT", json.dumps([begins, received]))


def _result(notebook, name: str):
    lines = notebook.output(name).splitlines()
    return json.loads(next(line for line in lines if line.startswith("RESULT")).removeprefix("RESULT"))


def _clicks(notebook) -> tuple[list[float], list[int]]:
    """Return for each click on Pause the milliseconds until the page shows it, and the steps that begin afterwards.

    Those are counted from the moment when the kernel receives the click.
    """
    page = notebook.page
    notebook.run("clicks", wait=False)
    notebook.wait_ready("clicks")
    page.wait_for_timeout(5000)  # the subshell is up
    latencies = []
    for _ in range(CLICKS):
        shown = page.evaluate(
            """async () => {
              const widget = [...document.querySelectorAll('.mxw-training')].at(-1);
              const find = (label) => widget.querySelector(`button[aria-label="${label}"]`);
              const start = performance.now();
              find('Pause').click();
              while (!widget.querySelector('.mxw-state').textContent.includes('paused')) {
                await new Promise((next) => setTimeout(next, 2));
              }
              const shown = performance.now() - start;
              await new Promise((next) => setTimeout(next, 250));
              find('Resume').click();
              await new Promise((next) => setTimeout(next, 400));
              return shown;
            }"""
        )
        latencies.append(shown)
    notebook.widget("clicks").get_by_role("button", name="Stop", exact=True).click()
    notebook.wait_idle()
    begins, received = map(np.array, _result(notebook, "clicks"))
    late = [int(((begins > moment) & (begins < moment + 0.2)).sum()) for moment in received]
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
        Figure("steps that begin after a Pause was received, most", max(late), "steps", 1),
    ]


def _figures(result: dict[str, float], name: str, where: str) -> list[Figure]:
    what = f"a {'short' if name == 'short' else 'LeNet'} step ({result['step_ms']:.3g} ms)"
    return [
        Figure(f"monitor's share of {what}, {where}", 100 * result["share"], "%", 2.0),
        Figure("  the same by processor time of all threads", 100 * result["processor"], "%"),
        Figure("  the same as the monitor itself counts it", 100 * result["own"], "%"),
        Figure("  noise: a bare piece against the next bare one", 100 * result["noise"], "%"),
    ]


def measure() -> list[Figure]:
    """Return the shares of the monitor without and with a page, and how it obeys."""
    with redirect_stderr(io.StringIO()):  # lines of progress
        alone = _figures(overhead(short()), "short", "no front end")
        alone += _figures(overhead(lenet()), "lenet", "no front end")
    return [*alone, *in_browser()]
