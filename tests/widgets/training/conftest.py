"""Each test begins without runs."""

import mxlearn_widgets as mxw
import pytest


@pytest.fixture(autouse=True)
def no_runs():
    mxw.TrainMonitor.runs.clear()
    yield
    mxw.TrainMonitor.runs.clear()
