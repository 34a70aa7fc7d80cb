"""A real browser and a real JupyterLab for the tests in this folder. What is missing fails them: nothing is skipped."""

import importlib.util
from pathlib import Path

import pytest

from . import jupyter


def _find_browser() -> str:
    path = Path(__file__).with_name("ensure_browser.py")
    spec = importlib.util.spec_from_file_location("ensure_browser", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.find()
    if found is None:
        pytest.fail(
            "the browser tests need Chrome or Chromium, and none starts on this machine.\n"
            "  Run `python tests/browser/ensure_browser.py`, which installs one, or name one in MXLEARN_BROWSER.",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="session")
def browser():
    """A Chromium of this machine, driven by Playwright."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.fail("the browser tests need Playwright: pip install 'mxlearn[test]'", pytrace=False)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        chromium = playwright.chromium.launch(executable_path=_find_browser(), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab with fresh settings over an empty folder."""
    folder = tmp_path_factory.mktemp("notebooks")
    with jupyter.running_lab(tmp_path_factory.mktemp("jupyter"), folder) as server:
        yield server


@pytest.fixture(scope="module", params=["lab", "notebook"])
def front_end(request):
    """The two front ends that every widget has to work in: JupyterLab, and Notebook 7."""
    return request.param
