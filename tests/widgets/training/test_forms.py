"""A monitor as picture, text and traits; runs kept and compared."""

import re
import xml.etree.ElementTree as ET

import mxlearn_widgets as mxw

from .loops import EVIL, dense, rows, run_of, step, trainer_of

SVG = "{http://www.w3.org/2000/svg}"


def texts(document):
    return [t.text for t in ET.fromstring(document).iter(f"{SVG}text")]


def compared():
    run_of([4.0, 2.0, 1.0], name="first")
    net = dense()
    trainer = trainer_of(net)
    for x in (monitor := mxw.monitor(rows(4), epochs=2, trainer=trainer, net=net, name="second", title="Net")):
        monitor.log(loss=step(net, trainer, x), acc=0.5)
        if monitor.last:
            monitor.log_epoch(val_loss=1.5 - monitor.epoch)
        if monitor.step == 5:
            trainer.set_learning_rate(0.01)
    return monitor


def test_the_text_lists_runs_with_last_and_best_numbers_marks_and_layers():
    run_of([4.0, 2.0, 3.0], name="loss")
    monitor = run_of([0.5, 0.75], "acc", epochs=1)
    assert monitor.to_text().splitlines() == [
        "Training",
        "run    state     steps  metric  last  best",
        "run 2  finished  2      acc     0.75  0.75",
        "run 1  finished  3      loss    3     2",
    ]


def test_the_text_holds_flags_and_changes_of_the_learning_rate():
    lines = compared().to_text().splitlines()
    assert lines[-2:] == ["after step 6: lr 0.1 → 0.01", "2 layers: 2 ok"]


def test_the_text_before_the_loop_says_so():
    assert mxw.monitor([1], title="Net").to_text() == "Net: not started"
    assert repr(mxw.monitor([1])) == "<training of Training: not started>"


def test_the_picture_shows_curves_runs_layers_and_state():
    monitor = compared()
    document = monitor.to_svg()
    assert ET.fromstring(document).get("role") == "img"
    assert "href" not in document and "<script" not in document
    found = texts(document)
    for part in ("Net", "✓ finished", "loss", "acc", "val", "second", "run 1", "Layers", "net_dense0", "✓ ok",
                 "lr 0.1 → 0.01", "steps"):  # fmt: skip
        assert part in found, part


def test_runs_differ_by_dash_and_sign_not_by_color_alone():
    document = compared().to_svg()
    lines = [e for e in ET.fromstring(document).iter(f"{SVG}path") if e.get("stroke-width") == "2"]
    assert len({e.get("stroke") for e in lines}) == 2
    assert len({e.get("stroke-dasharray") for e in lines}) == 2


def test_the_picture_before_the_loop_says_what_to_do():
    assert any("monitor.log" in text for text in texts(mxw.monitor([1]).to_svg()))


def test_the_picture_is_the_same_for_the_same_numbers():
    def picture():
        mxw.TrainMonitor.runs.clear()
        return run_of([3.0, float("nan"), 1.0]).to_svg()

    assert picture() == picture()


def test_a_hidden_run_and_a_logarithmic_axis_show_in_the_picture():
    monitor = compared()
    monitor.hidden = [1]
    assert "run 1" not in texts(monitor.to_svg()) and "run 1" in monitor.to_text()
    monitor.logarithmic = True
    ET.fromstring(monitor.to_svg())


def test_names_are_text_in_every_form():
    for _ in (monitor := mxw.monitor([1], title=EVIL, name=EVIL)):
        monitor.log(**{EVIL: 1.0, f"val_{EVIL}": 2.0})
    assert not [e for e in ET.fromstring(monitor.to_svg()).iter() if e.tag.endswith("}img")]
    html = monitor._repr_mimebundle_()["text/html"]
    image = r'<img class="mxl-computed" alt="[^"<>]*" src="data:image/svg\+xml;base64,[^"]*" style="[^"]*">'
    assert re.fullmatch(image, html)


def test_what_the_loop_shows_by_itself_has_the_same_text_at_the_begin_and_at_the_end():
    monitor = mxw.monitor([1.0], title="Net")
    before = monitor._bundle()
    list(monitor)
    after = monitor._bundle()
    assert before["text/plain"] == after["text/plain"] and before["text/html"] != after["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in after


# -- runs --------------------------------------------------------------------------------------------------------------
def test_runs_are_kept_in_the_kernel_and_shown_by_the_next_monitor():
    first, second = run_of([1.0]), run_of([2.0])
    assert [run.name for run in mxw.TrainMonitor.runs] == ["run 1", "run 2"]
    assert first.runs is second.runs
    assert [row["name"] for row in second.past] == ["run 1"] and first.past == []


def test_a_monitor_can_leave_others_out():
    run_of([1.0])
    monitor = run_of([2.0], compare=False)
    assert monitor.past == [] and "run 1" not in monitor.to_text()


def test_a_second_loop_over_a_monitor_is_a_second_run():
    monitor = run_of([1.0, 2.0])
    for value in monitor:
        monitor.log(loss=value)
    assert [run.number for run in monitor.runs] == [1, 2] and monitor.past[0]["name"] == "run 1"


def test_runs_can_be_forgotten():
    monitor = run_of([1.0])
    monitor.clear_runs()
    assert monitor.runs == mxw.TrainMonitor.runs == []
    assert "run 1" in monitor.to_text()  # its own
    for _ in (other := mxw.monitor([1])):
        other.clear_runs()
        assert len(other.runs) == 1  # a run that goes on stays


def test_what_the_monitor_costs_is_told():
    monitor = run_of(range(1000))
    assert 0 < monitor.overhead <= 1 and monitor.state["overhead"] > 0
