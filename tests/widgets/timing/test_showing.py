"""A race in a kernel: shown while its cell runs, once, and in the same words before and after."""

import queue

import pytest
from jupyter_client.manager import start_new_kernel

SETUP = "import mxlearn as mx, mxlearn_widgets as mxw"
RACE = "mxw.race(lambda n, ctx: None, sizes=(1, 2), contexts=mx.cpu(), budget=3)"


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def outputs(kernel, code, *, counted=True):
    """Run a cell; return its messages that show something, as (kind, data)."""
    name = kernel.execute(code, store_history=counted)
    found = []
    while True:
        try:
            message = kernel.get_iopub_msg(timeout=60)
        except queue.Empty:
            pytest.fail(f"the kernel does not answer: {found}")
        if message["parent_header"].get("msg_id") != name:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "error":
            pytest.fail("\n".join(content["traceback"]))
        if kind in ("display_data", "update_display_data", "execute_result"):
            found.append((kind, content["data"]))
        if kind == "status" and content["execution_state"] == "idle":
            return found


@pytest.mark.parametrize("counted", [True, False], ids=["as a front end runs it", "as nbval runs it"])
def test_it_is_shown_at_once_brought_up_to_date_and_not_shown_again(kernel, counted):
    outputs(kernel, SETUP)
    shown = outputs(kernel, f"r = {RACE}\nr", counted=counted)
    assert [kind for kind, _ in shown] == ["display_data", "update_display_data"]
    first, last = (data for _, data in shown)
    assert first["text/plain"] == last["text/plain"] == "<race of a function of n: 2 sizes from 1 to 2>"
    assert first["text/html"] != last["text/html"]  # the picture: empty, and full
    assert first.keys() == last.keys()
    again = outputs(kernel, "r", counted=counted)
    assert [kind for kind, _ in again] == ["execute_result"]


def test_a_notice_is_shown_where_the_cell_keeps_it_in_a_name(kernel):
    outputs(kernel, SETUP)
    shown = outputs(kernel, "b = mxw.race(3)")
    assert "expected a function" in shown[-1][1]["text/plain"] and 'role="alert"' in shown[-1][1]["text/html"]
    assert [kind for kind, _ in outputs(kernel, "b")] == ["execute_result"]


def test_what_fails_at_its_first_call_is_a_notice_in_the_place_of_the_race(kernel):
    outputs(kernel, SETUP)
    shown = outputs(kernel, "mxw.race(lambda n, ctx: 1 / 0, sizes=(1,), contexts=mx.cpu())")
    assert [kind for kind, _ in shown] == ["display_data", "update_display_data"]
    assert "ZeroDivisionError" in shown[-1][1]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" not in shown[-1][1]
