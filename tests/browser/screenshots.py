"""Make the pictures of the README from the running product: ``python tests/browser/screenshots.py --out docs``.

Starts JupyterLab with fresh settings, plays notebooks in it, and writes

    graph-light.png, graph-dark.png   the graph widget on a live tape, with the backward graph beside it
    course.png                        a lesson of the course, run from top to bottom
    widgets/NAME.png                  each widget of the gallery, notebooks/05_gallery.ipynb

so that no picture shows more than what a reader gets.
"""
import argparse
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "widgets")]

from tests.browser import ensure_browser, jupyter  # noqa: E402

WIDGETS = ("tape", "stepper", "surface", "boundary", "monitor", "digits", "lens", "hybrid", "race")  # as in the gallery
WIDTH, HEIGHT, SCALE = 1320, 900, 2  # pixels of the window, and device pixels for each
COLORS = 256  # of the palette that the files are stored with

SETUP = """\
import mxlearn as mx
import mxlearn_widgets as mxw
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

mx.random.seed(42)
net = nn.HybridSequential(prefix="net_")
with net.name_scope():
    net.add(nn.Dense(3, activation="relu"), nn.Dense(3))
net.initialize(mx.init.Xavier())
criterion = gluon.loss.SoftmaxCELoss(prefix="loss_")
flowers, kinds = nd.random.normal(shape=(6, 4)), nd.array([0, 1, 2, 0, 1, 2])"""
DRAW = """\
with autograd.record():
    loss = criterion(net(flowers), kinds)
g = mxw.graph(loss, backward=True)
g.fold("loss")
g"""


def save(data: bytes, path: Path) -> None:
    """Store a picture with a palette: a third of the size, and no difference that one sees."""
    from io import BytesIO

    from PIL import Image

    picture = Image.open(BytesIO(data)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    print(f"{path}: {picture.width}x{picture.height}, {path.stat().st_size // 1000} kB")


def new_page(browser):
    return browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE)


def tidy(page) -> None:
    """Close the side bar, so that the notebook has the room, and take the focus out of the cells."""
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    page.wait_for_timeout(600)


def draw_graph(browser, lab, out: Path) -> None:
    """Write the two pictures of the graph widget."""
    lab.write("graph.ipynb", [SETUP, DRAW])
    page = new_page(browser)
    jupyter.open_notebook(page, lab, "graph.ipynb")
    jupyter.run_all(page)
    tidy(page)
    page.wait_for_selector("[data-ready='1']", timeout=jupyter.RUN)
    widget = page.locator(".mxw-graph")
    widget.get_by_role("button", name="Fit the graph").click()
    widget.locator(".mxw-item", has=page.get_by_text("Activation", exact=True)).first.click()
    for theme in ("light", "dark"):
        jupyter.set_theme(page, f"JupyterLab {theme.title()}")
        page.mouse.move(5, 5)
        page.wait_for_timeout(800)
        save(widget.screenshot(), out / f"graph-{theme}.png")
    page.close()


def play_course(browser, lab, out: Path, notebook: Path) -> None:
    """Write the picture of a lesson, run from top to bottom, at its first widget or plot."""
    page = new_page(browser)
    jupyter.open_notebook(page, lab, notebook.name)
    jupyter.set_theme(page, "JupyterLab Light")
    jupyter.run_all(page)
    page.wait_for_timeout(2500)
    widgets, pictures = page.locator(".jp-OutputArea-output .mxw-graph"), page.locator(".jp-OutputArea-output img")
    shown = widgets if widgets.count() else pictures
    if shown.count():
        shown.first.evaluate("e => e.closest('.jp-Cell').scrollIntoView({block: 'start'})")
    page.mouse.move(5, 5)
    page.wait_for_timeout(800)
    save(page.screenshot(), out / "course.png")
    page.close()


def play_gallery(browser, lab, out: Path) -> None:
    """Write the picture of each widget in the gallery, each by itself and as high as it is."""
    page = browser.new_page(viewport={"width": 1060, "height": 1500})
    jupyter.open_notebook(page, lab, "05_gallery.ipynb")
    jupyter.set_theme(page, "JupyterLab Light")
    tidy(page)
    jupyter.run_all(page)
    page.wait_for_timeout(3000)
    widgets = page.locator(".jp-OutputArea-output .mxw")
    if widgets.count() != len(WIDGETS):
        raise RuntimeError(f"the gallery shows {widgets.count()} widgets, expected {len(WIDGETS)}")
    (out / "widgets").mkdir(exist_ok=True)
    for k, name in enumerate(WIDGETS):
        widgets.nth(k).evaluate("e => e.scrollIntoView({block: 'start'})")
        page.mouse.move(5, 5)
        page.wait_for_timeout(600)
        save(widgets.nth(k).screenshot(), out / "widgets" / f"{name}.png")
    page.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--notebook", type=Path, help="the lesson to show; default the first one of notebooks/")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    executable = ensure_browser.find()
    if executable is None:
        parser.error("no Chrome or Chromium starts here; run tests/browser/ensure_browser.py, which installs one")
    notebooks = HERE.parents[1] / "notebooks"
    lesson = options.notebook or next(iter(sorted(notebooks.glob("[0-9]*.ipynb"))), None)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        folder = base / "course"
        if lesson is not None:
            shutil.copytree(lesson.parent, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        else:
            folder.mkdir()
        with jupyter.running_lab(base / "jupyter", folder) as lab, sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=executable, args=arguments)
            if lesson is not None:
                play_course(browser, lab, options.out, lesson)
                play_gallery(browser, lab, options.out)
            draw_graph(browser, lab, options.out)
            browser.close()
    if lesson is None:
        print("no course.png: there is no lesson in notebooks/", file=sys.stderr)
    return 0 if lesson is not None else 1


if __name__ == "__main__":
    sys.exit(main())
