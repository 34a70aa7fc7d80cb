"""A notebook open in a front end, and what every widget in it has to keep: accessible, quiet, at home in its theme."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import jupyter

AXE = Path(__file__).parents[2] / "widgets" / "node_modules" / "axe-core" / "axe.min.js"
FOCUSABLE = "a[href], button, input, select, textarea, [tabindex], [contenteditable]"
THEMES = ("JupyterLab Light", "JupyterLab Dark")


class NotebookPage:
    """A notebook whose cells have names.

    Attributes
    ----------
    page : Playwright's page
    watch : what the page did that it should not
    front_end : "lab" or "notebook"
    """

    def __init__(self, page, watch, front_end: str, lab, path: Path, names: list[str]):
        self.page, self.watch, self.front_end, self.lab, self.path = page, watch, front_end, lab, path
        self._number = {name: k for k, name in enumerate(names)}

    def cell(self, name: str):
        """Return the locator of a cell."""
        return self.page.locator(f".jp-Notebook .jp-Cell >> nth={self._number[name]}")

    def widget(self, name: str):
        """Return the locator of the widget in a cell's output."""
        return self.cell(name).locator(".jp-OutputArea .mxw").first

    def settle(self, milliseconds: int) -> None:
        """Wait some time, and until the page, which may be slow, has drawn what was asked of it before."""
        self.page.wait_for_timeout(milliseconds)
        self.page.evaluate("() => new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")

    def wait_ready(self, name: str) -> None:
        """Wait until the widget of a cell is painted."""
        self.cell(name).locator(".mxw[data-ready='1']").first.wait_for(timeout=jupyter.RUN)

    def output(self, name: str) -> str:
        """Return all that a cell has shown, as text."""
        return "\n".join(self.cell(name).locator(".jp-OutputArea-output").all_inner_texts())

    def run(self, name: str, *, wait: bool = True) -> None:
        """Run one cell by the keyboard; return when its kernel is idle, or at once."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        if wait:
            self.wait_idle()

    def wait_idle(self) -> None:
        """Wait until no cell waits or runs."""
        self.page.wait_for_function(
            "() => { const s = window.jupyterapp.shell.currentWidget.sessionContext.session;"
            " return s && s.kernel && s.kernel.status === 'idle'"
            " && ![...document.querySelectorAll('.jp-InputPrompt')].some(e => e.innerText.includes('[*]')); }",
            timeout=jupyter.RUN,
        )

    def execute(self, code: str) -> str:
        """Run code in the notebook's kernel, beside its cells; return what it printed.

        Raises
        ------
        RuntimeError
            If the code raised.
        """
        status, text = self.page.evaluate(
            """async code => {
              const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;
              const future = kernel.requestExecute({code});
              let text = '';
              future.onIOPub = m => {
                if (m.header.msg_type === 'stream') text += m.content.text;
                if (m.header.msg_type === 'error') text += m.content.ename + ': ' + m.content.evalue;
              };
              const reply = await future.done;
              return [reply.content.status, text];
            }""",
            code,
        )
        if status != "ok":
            raise RuntimeError(text)
        return text

    def interrupt(self) -> None:
        """Interrupt the kernel, as the stop button does."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")

    def count_cells(self) -> int:
        """Return how many cells the notebook has."""
        return self.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length")

    def active_cell(self) -> int:
        """Return the number of the active cell."""
        return self.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")

    def set_theme(self, theme: str) -> None:
        """Switch the theme, one of THEMES."""
        jupyter.set_theme(self.page, theme)

    def save(self) -> dict:
        """Save the notebook and return its content as it stands in the file."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        self.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=20_000)
        return json.loads(self.path.read_text(encoding="utf-8"))

    def reload(self) -> None:
        """Load the page again, while the kernel goes on."""
        jupyter.open_notebook(self.page, self.lab, self.path.name, self.front_end)


@contextmanager
def open_page(
    browser, lab, front_end: str, name: str, cells: Mapping[str, str], *, widgets: int, run: bool = True
) -> Iterator[NotebookPage]:
    """Open a new notebook of named code cells, run it, and wait until so many widgets are painted."""
    path = lab.write(f"{name}_{front_end}.ipynb", list(cells.values()))
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    watch = jupyter.Watch(page, lab.address)
    try:
        jupyter.open_notebook(page, lab, path.name, front_end)
        notebook = NotebookPage(page, watch, front_end, lab, path, list(cells))
        notebook.wait_idle()
        if run:
            jupyter.run_all(page)
            page.wait_for_function(
                f"() => document.querySelectorAll(\".mxw[data-ready='1']\").length >= {widgets}", timeout=jupyter.RUN
            )
        yield notebook
    finally:
        page.close()


def assert_accessible(notebook: NotebookPage, *names: str) -> None:
    """axe-core finds nothing in the widgets of these cells, in light and in dark."""
    if not notebook.page.evaluate("() => 'axe' in window"):
        notebook.page.add_script_tag(path=str(AXE))
    for theme in THEMES:
        notebook.set_theme(theme)
        notebook.settle(300)  # transitions of the theme
        for name in names:
            found = notebook.widget(name).evaluate(
                "e => window.axe.run(e).then(r => r.violations.map("
                "v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + (n.any[0]?.message ?? '')).join('; ')))"
            )
            assert found == [], f"{name} in {theme}: {found}"
    notebook.set_theme(THEMES[0])


def assert_keys_stay_inside(notebook: NotebookPage, *names: str) -> None:
    """No key that is pressed in a widget reaches the notebook: no cell comes, goes, or becomes the active one."""
    before = notebook.count_cells()
    for name in names:
        elements = notebook.widget(name).locator(FOCUSABLE)
        unmarked = elements.evaluate_all(
            "all => all.filter(e => !e.hasAttribute('data-lm-suppress-shortcuts')).map(e => e.outerHTML.slice(0, 90))"
        )
        assert unmarked == [], f"{name}: {unmarked}"
        notebook.widget(name).scroll_into_view_if_needed()
        shown = [k for k in range(elements.count()) if elements.nth(k).is_visible() and elements.nth(k).is_enabled()]
        for k in sorted({shown[0], shown[len(shown) // 2], shown[-1]}):
            element = elements.nth(k)
            element.focus()
            active = notebook.active_cell()
            for key in ("b", "d", "d", "a", "x", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"):
                notebook.page.keyboard.press(key)
                assert notebook.count_cells() == before, f"{name}: {key} reached the notebook"
            assert notebook.active_cell() == active, f"{name}: an arrow key left the widget"
            if element.evaluate("e => e.matches('[type=search], [type=text], [type=number]')"):
                element.fill("")


def assert_quiet(notebook: NotebookPage) -> None:
    """Nothing was asked of another host, and the console shows no error."""
    assert notebook.watch.foreign == [], notebook.watch.foreign
    assert notebook.watch.errors == [], notebook.watch.errors
