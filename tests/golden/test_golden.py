"""mxlearn gives the real MXNet 1.9.1's answers, one test per case."""

import functools

import pytest

import mxlearn as mx

from . import harness
from .differences import DIFFERENCES

ALL = [(family, case) for family in harness.FAMILIES for case in harness.load_family(family).values()]


@functools.cache
def golden(family):
    return harness.Golden(family)


@pytest.mark.parametrize(("family", "case"), [pytest.param(f, c, id=f"{f}/{c.id}") for f, c in ALL])
def test_case_gives_mxnets_answers(family, case):
    expected = golden(family).answer(case.id)
    if f"{family}/{case.id}" in DIFFERENCES:
        assert differs(case, expected), "no longer differs from MXNet: take it off tests/golden/differences.py"
        return
    lines = harness.mismatches(mx, harness.run_case(mx, case), expected, case.scaled)
    assert not lines, "\n".join(lines)


def differs(case, expected):
    """Tell whether mxlearn's answers are others than MXNet's, or an error."""
    try:
        return bool(harness.mismatches(mx, harness.run_case(mx, case), expected, case.scaled))
    except mx.MXNetError:
        return True


@pytest.mark.parametrize("family", harness.FAMILIES)
def test_stored_answers_belong_to_the_cases(family):
    assert set(golden(family).texts) == set(harness.load_family(family))


def test_every_difference_names_a_case():
    assert set(DIFFERENCES) <= {f"{family}/{case.id}" for family, case in ALL}
