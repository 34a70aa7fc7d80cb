"""``mxlearn doctor``: what is right and what is wrong with this installation."""

import argparse
import shutil
import sys

__all__ = ["add_to"]

DESCRIPTION = """Look at this installation: Python and its packages, the processor, the GPU, Jupyter, and the data.

Each line is ok, a warning (it works, and could work better) or a problem (something cannot work). A line that begins
with > is a command that helps. The exit status is 1 if there is a problem, and 0 otherwise. Nothing is changed, and the
network is not used.
"""
SCHEMA = """JSON, with --json:
  {"format": 1,                          another number where these names change
   "mxlearn": "0.1.0",                   its version
   "state": "ok",                        the worst of all: "ok", "warning" or "problem"
   "findings": [
     {"subject": "GPU",                  Environment, Processor, GPU, Jupyter or Data
      "check": "driver",                 unique with the subject; a check may have several findings
      "state": "ok",
      "seen": "580.65.06, for CUDA ...", for people: its words may change
      "remedy": "",                      a command, or ""
      "facts": {"driver": "580.65.06"}}  for programs; each check has its own
   ]}
"""


def add_to(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "doctor",
        help="tell what is right and what is wrong with this installation",
        description=DESCRIPTION,
        epilog=SCHEMA,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print the findings for a program")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from mxlearn import doctor

    findings = doctor.examine()
    text = doctor.as_json(findings) if options.json else doctor.as_text(findings, _width())
    encoding = sys.stdout.encoding or "ascii"
    print(text.encode(encoding, errors="backslashreplace").decode(encoding))  # a folder's name may have any letter
    return 1 if doctor.worst(findings) == "problem" else 0


def _width() -> int:
    return min(shutil.get_terminal_size((120, 24)).columns, 140)
