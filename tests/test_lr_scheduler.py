"""Learning rate schedules. Expected values from MXNet 1.9.1 where they are not plain arithmetic."""
import logging

import pytest

from mxlearn import lr_scheduler as lrs


def rates(schedule, count=10):
    return [schedule(i) for i in range(count)]


def test_factor_changes_after_every_step_updates():
    assert rates(lrs.FactorScheduler(3, 0.5, base_lr=1.0)) == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]


def test_factor_catches_up_after_a_jump_and_stops_at_its_floor():
    schedule = lrs.FactorScheduler(1, 0.1, base_lr=1.0, stop_factor_lr=0.05)
    assert schedule(50) == 0.05


def test_factor_logs_as_mxnet(caplog):
    caplog.set_level(logging.INFO)
    lrs.FactorScheduler(3, 0.5)(4)
    assert caplog.messages == ["Update[4]: Change learning rate to 5.00000e-03"]
    caplog.clear()
    lrs.FactorScheduler(3, 0.5, stop_factor_lr=0.008)(4)
    assert caplog.messages == [
        "Update[4]: now learning rate arrived at 8.00000e-03, will not change in the future"
    ]


def test_multi_factor_changes_after_each_of_its_steps():
    expected = [1.0, 1.0, 1.0, 0.1, 0.1, 0.1] + [0.01] * 4
    assert rates(lrs.MultiFactorScheduler([2, 5], 0.1, base_lr=1.0)) == pytest.approx(expected)


def test_poly_with_linear_warmup():
    expected = [0.0, 0.5, 1.0, 0.60625, 0.325, 0.15625, 0.1, 0.1, 0.1, 0.1]
    assert rates(lrs.PolyScheduler(6, 1.0, 2, 0.1, warmup_steps=2)) == pytest.approx(expected)


def test_cosine_with_constant_warmup():
    expected = [0, 0, 1.0, 0.8681980515339464, 0.55, 0.23180194846605365, 0.1, 0.1, 0.1, 0.1]
    schedule = lrs.CosineScheduler(6, 1.0, 0.1, warmup_steps=2, warmup_mode="constant")
    assert rates(schedule) == pytest.approx(expected)


def test_warmup_that_fills_the_schedule_ends_at_the_final_rate():
    assert lrs.CosineScheduler(4, 1.0, final_lr=0.5, warmup_steps=4)(4) == 0.5


@pytest.mark.parametrize(
    "make",
    [
        lambda: lrs.FactorScheduler(0),
        lambda: lrs.FactorScheduler(3, 2),
        lambda: lrs.MultiFactorScheduler([5, 2]),
        lambda: lrs.MultiFactorScheduler([0, 2]),
        lambda: lrs.MultiFactorScheduler([]),
        lambda: lrs.MultiFactorScheduler(3),
        lambda: lrs.MultiFactorScheduler([1], 2),
        lambda: lrs.PolyScheduler(0),
        lambda: lrs.PolyScheduler(2.5),
        lambda: lrs.CosineScheduler(0),
        lambda: lrs.LRScheduler(0.1, warmup_begin_lr=0.2),
        lambda: lrs.LRScheduler(warmup_steps=-1),
        lambda: lrs.LRScheduler(warmup_steps=1.5),
        lambda: lrs.LRScheduler(warmup_mode="x"),
        lambda: lrs.LRScheduler(0.1, 5).get_warmup_lr(5),
    ],
)
def test_arguments_that_make_no_schedule_are_value_errors(make):
    with pytest.raises(ValueError):
        make()


def test_base_must_be_overridden():
    with pytest.raises(NotImplementedError):
        lrs.LRScheduler()(1)
