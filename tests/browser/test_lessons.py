"""Every lesson is readable as it is stored: without kernel, trust, network or JavaScript."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import jupyter

pytestmark = pytest.mark.browser
LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
PICTURES = "img[src^='data:image/svg+xml']"
SHOWN = "all => all.map(e => e.complete && e.naturalWidth > 100 && e.alt.length > 10)"


def pictures_of(path: Path) -> int:
    """Return how many widgets a stored lesson shows."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [o.get("data", {}).get("text/html", "") for c in cells for o in c.get("outputs", ())]
    return sum(len(re.findall(r"<img [^>]*data:image/svg", "".join(html))) for html in outputs)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_lesson_shows_widgets(path):
    assert pictures_of(path) >= 3


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    yield page
    page.close()


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_that_nobody_trusts_shows_its_pictures(path, page, lab, front_end):
    watch = jupyter.Watch(page, lab.address)
    name = f"{front_end}_{path.name}"
    shutil.copy(path, lab.folder / name)
    jupyter.open_notebook(page, lab, name, front_end)
    pictures = page.locator(f".jp-OutputArea-output {PICTURES}")
    page.wait_for_function(
        f'n => document.querySelectorAll(".jp-OutputArea-output {PICTURES}").length >= n',
        arg=pictures_of(path),
        timeout=30_000,
    )
    assert all(pictures.evaluate_all(SHOWN))
    assert page.locator(".mxw").count() == 0  # no widget runs
    assert watch.foreign == [] and watch.errors == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_as_a_page_needs_no_javascript_and_no_network(path, browser, tmp_path):
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((tmp_path / f"{path.stem}.html").as_uri())
    pictures = page.locator(PICTURES)
    assert pictures.count() == pictures_of(path)
    for k in range(pictures.count()):
        box = pictures.nth(k).bounding_box()
        assert box is not None and box["width"] > 100 and box["height"] > 40
    context.close()
