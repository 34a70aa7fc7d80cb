"""The base of all widgets: a stream that is slowed down, commands, work that waits, and forms without a front end."""

import threading

import pytest
import traitlets
from mxlearn_widgets.shared import desk
from mxlearn_widgets.shared import widget as module
from mxlearn_widgets.shared.notice import Notice
from mxlearn_widgets.shared.widget import Widget

from mxlearn.base import ArgumentError


class Probe(Widget):
    _esm = "export default { render() {} }"
    step = traitlets.Int(0).tag(sync=True)
    other = traitlets.Int(0).tag(sync=True)

    def to_svg(self):
        return f'<svg xmlns="http://www.w3.org/2000/svg"><text>{self.step}</text></svg>'

    def to_text(self):
        return f"step {self.step}"

    def summary(self):
        return f"probe at {self.step}"


class Clock:
    """The time, in seconds, that the base reads."""

    now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def probe():
    return Probe()


def elsewhere(work):
    """Do work on another thread, as a handler beside a busy cell is."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)


@pytest.fixture
def busy():
    """A cell that runs; calling it ends the cell."""
    desk._begin()
    yield desk._end
    desk._end()


# -- the stream --------------------------------------------------------------------------------------------------------
def test_a_stream_writes_at_most_thirty_times_a_second_and_the_latest_value_wins(clock, probe):
    seen = []
    probe.observe(lambda change: seen.append(change["new"]), "step")
    for k in range(1, 1001):
        clock.now += 0.001
        probe.stream(step=k)
    assert 28 <= len(seen) <= 31
    probe.flush()
    assert seen[-1] == probe.step == 1000


def test_a_stream_keeps_what_other_traits_wait_for(clock, probe):
    probe.stream(step=1)
    probe.stream(other=5)
    probe.stream(step=2)
    assert (probe.step, probe.other) == (1, 0)
    clock.now += 1
    probe.stream(step=3)
    assert (probe.step, probe.other) == (3, 5)


def test_a_stream_sends_one_message_for_all_traits(clock, probe, monkeypatch):
    sent = []
    monkeypatch.setattr(Widget, "_send", lambda self, message, buffers=None: sent.append(message))
    probe.stream(step=4, other=6)
    assert [message["state"] for message in sent if message.get("method") == "update"] == [{"step": 4, "other": 6}]


def test_flush_without_anything_sends_nothing(probe, monkeypatch):
    sent = []
    monkeypatch.setattr(Widget, "_send", lambda self, message, buffers=None: sent.append(message))
    probe.flush()
    assert sent == []


# -- commands ----------------------------------------------------------------------------------------------------------
def test_commands_come_in_order_and_once(probe):
    probe._hear(probe, {"command": "pause"}, [])
    elsewhere(lambda: probe._hear(probe, {"command": "lr", "value": 0.1}, []))
    assert probe.commands() == [{"command": "pause"}, {"command": "lr", "value": 0.1}]
    assert probe.commands() == []


@pytest.mark.parametrize("content", [None, "stop", 3, [], {}, {"other": 1}])
def test_a_message_that_is_no_command_is_passed_over(probe, content):
    probe._hear(probe, content, [])
    assert probe.commands() == []


def test_a_loop_can_wait_for_a_command(probe):
    assert not probe.wait_for_command(0)
    threading.Timer(0.02, lambda: probe._hear(probe, {"command": "go"}, [])).start()
    assert probe.wait_for_command(10)
    assert probe.commands() == [{"command": "go"}]
    assert not probe.wait_for_command(0)


def test_a_hello_is_answered_so_that_the_channel_turns_to_the_subshell(probe, monkeypatch):
    answers = []
    monkeypatch.setattr(Probe, "send", lambda self, content, buffers=None: answers.append(content))
    probe._hear(probe, {"hello": True}, [])
    assert answers == [{"hello": True}]
    assert probe.commands() == []


# -- work that waits ---------------------------------------------------------------------------------------------------
def test_work_is_done_at_once_where_no_cell_runs(probe):
    done = []
    elsewhere(lambda: probe.when_free("k", lambda: done.append(1)))
    assert (done, probe.notice) == ([1], "")


def test_work_from_beside_a_busy_cell_waits_for_its_end_and_the_latest_of_a_key_wins(probe, busy):
    done = []
    for k in range(3):
        elsewhere(lambda k=k: probe.when_free("k", lambda: done.append(k)))
    elsewhere(lambda: probe.when_free("other", lambda: done.append("other")))
    assert done == []
    assert probe.notice.startswith("A cell is running")
    busy()
    assert (done, probe.notice) == ([2, "other"], "")


def test_two_widgets_with_one_key_do_not_disturb_each_other(busy):
    first, second, done = Probe(), Probe(), []
    elsewhere(lambda: first.when_free("k", lambda: done.append(1)))
    elsewhere(lambda: second.when_free("k", lambda: done.append(2)))
    busy()
    assert done == [1, 2]


def test_what_the_cell_itself_asks_for_is_done_at_once(probe, busy):
    done = []
    probe.when_free("k", lambda: done.append(1))
    assert done == [1]


@pytest.mark.parametrize(("error", "notice"), [
    (ArgumentError("lens: no such axis"), "lens: no such axis"),
    (ValueError("of the model"), "ValueError: of the model"),
])  # fmt: skip
def test_an_error_is_shown_below_the_widget_and_goes_with_the_next_success(probe, error, notice):
    def fail():
        raise error

    probe.when_free("k", fail)
    assert probe.notice == notice
    probe.when_free("k", lambda: None)
    assert probe.notice == ""


def test_an_error_after_a_cell_does_not_stop_what_waits_behind_it(probe, busy):
    done = []

    def fail():
        raise ZeroDivisionError("by zero")

    elsewhere(lambda: probe.when_free("first", fail))
    elsewhere(lambda: probe.when_free("second", lambda: done.append(probe.notice)))
    busy()
    assert done == [""]


def test_the_end_of_a_cell_on_another_thread_ends_nothing(probe, busy):
    done = []
    elsewhere(lambda: probe.when_free("k", lambda: done.append(1)))
    elsewhere(desk._end)
    assert done == []


# -- forms -------------------------------------------------------------------------------------------------------------
def test_a_widget_has_a_form_for_every_reader(probe):
    probe.step = 3
    bundle = probe._repr_mimebundle_()
    assert bundle["text/plain"] == "step 3"
    assert bundle["text/html"].startswith('<img class="mxl-computed" alt="probe at 3"')
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == probe.model_id
    assert repr(probe) == "<probe at 3>"


def test_a_frozen_widget_is_a_picture_of_that_moment(probe):
    picture = probe.freeze()
    probe.step = 9
    assert (picture.to_text(), ">0<" in picture.to_svg()) == ("step 0", True)
    assert set(picture._repr_mimebundle_()) == {"text/plain", "text/html"}


# -- notices -----------------------------------------------------------------------------------------------------------
def test_a_notice_is_text_in_every_form():
    notice = Notice("<script>1</script>\nDo this.")
    html = notice._repr_mimebundle_()["text/html"]
    assert "<script>" not in html + notice.to_svg()
    assert "&lt;script&gt;1&lt;/script&gt;<br>Do this." in html
    assert 'role="alert"' in html
    assert notice.to_text() == "<script>1</script>\nDo this."
    assert repr(notice) == "<no widget: <script>1</script>\nDo this.>"
