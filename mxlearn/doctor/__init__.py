"""What is right and what is wrong with this installation: ``mxlearn doctor``.

    mxlearn.doctor.examine()          a list of findings
    mxlearn.doctor.as_text(findings)  what `mxlearn doctor` prints
    mxlearn.doctor.as_json(findings)  what `mxlearn doctor --json` prints

Each subject has a file of its own, whose functions under ``@check`` look at one thing and yield what they found:

    environment   Python, mxlearn itself, the versions of the packages, the lock file of a clone
    processor     BLAS, oneDNN, threads
    gpu           CuPy, the driver, the GPUs and who holds their memory, cuDNN and NCCL
    jupyter       JupyterLab, the kernel that a lesson starts, its folders, the front end of the widgets
    data          data sets, course folder, room on the disk

A finding is ok, a warning or a problem. A problem keeps something from working, and names its remedy: a command that
can be pasted into a terminal. Nothing here uses the network, changes a file, or raises: a check that breaks is itself
a finding.
"""

from . import data, environment, gpu, jupyter, processor
from .checks import CHECKS, SUBJECTS, examine
from .finding import Finding
from .report import FORMAT, as_json, as_text, worst

__all__ = [
    "CHECKS", "FORMAT", "SUBJECTS", "Finding", "as_json", "as_text", "data", "environment", "examine", "gpu",
    "jupyter", "processor", "worst",
]  # fmt: skip
