"""What all widgets share, in a real front end: messages reach a busy cell, and orders wait for a free kernel."""

import pytest

from .pages import open_page

pytestmark = pytest.mark.browser

MAKE = """
import threading, time
from IPython.display import display
from mxlearn_widgets.shared.widget import Widget
import traitlets

class Probe(Widget):
    _esm = '''
    function render({model, el}) {
      const root = document.createElement('div');
      root.className = 'mxw';
      const make = (tag, text) => Object.assign(document.createElement(tag), {textContent: text});
      const [stop, order, count, said] = [make('button', 'stop'), make('button', 'order'), make('output'), make('p')];
      stop.onclick = () => model.send({command: 'stop'});
      order.onclick = () => { model.set('wish', model.get('wish') + 1); model.save_changes(); };
      const show = () => {
        count.textContent = model.get('step');
        said.textContent = model.get('notice') + '|' + model.get('done');
      };
      for (const name of ['step', 'notice', 'done']) model.on('change:' + name, show);
      show();
      root.append(stop, order, count, said);
      el.append(root);
      for (const wait of [0, 1000, 4000]) setTimeout(() => model.send({hello: true}), wait);
      requestAnimationFrame(() => root.setAttribute('data-ready', '1'));
    }
    export default {render};
    '''
    step = traitlets.Int(0).tag(sync=True)
    wish = traitlets.Int(0).tag(sync=True)
    done = traitlets.Unicode('').tag(sync=True)
    def to_svg(self): return '<svg xmlns="http://www.w3.org/2000/svg"/>'
    def to_text(self): return f'step {self.step}'
    def summary(self): return 'a probe'
    def __init__(self):
        super().__init__()
        self.observe(lambda change: self.when_free('wish', self.fulfil), 'wish')
    def fulfil(self):
        self.done = f'{self.wish} while busy: {BUSY}'

BUSY = False
"""
LOOP = """
probe = Probe()
display(probe)
stopped = None
BUSY = True
try:
    for step in range(600):  # a minute
        time.sleep(0.1)
        probe.stream(step=step)
        if any(c['command'] == 'stop' for c in probe.commands()):
            stopped = step
            break
finally:
    probe.flush()
    BUSY = False
print('stopped', stopped is not None)
"""
CELLS = {"setup": MAKE, "loop": LOOP}


@pytest.fixture(scope="module")
def page(browser, lab, front_end):
    with open_page(browser, lab, front_end, "shared", CELLS, widgets=1, run=False) as notebook:
        yield notebook


def test_a_click_reaches_the_loop_in_the_very_cell_that_made_the_widget(page):
    page.run("setup")
    page.run("loop", wait=False)
    page.wait_ready("loop")
    widget, said = page.widget("loop"), "document.querySelector('.mxw p').textContent"
    page.page.wait_for_function("() => Number(document.querySelector('.mxw output').textContent) > 5", timeout=20_000)
    widget.get_by_text("order").click()
    page.page.wait_for_function(f"() => {said}.startsWith('A cell is running')", timeout=8_000)
    widget.get_by_text("stop").click()
    page.cell("loop").get_by_text("stopped True").wait_for(timeout=8_000)
    page.page.wait_for_function(f"() => {said} === '|1 while busy: False'", timeout=8_000)
