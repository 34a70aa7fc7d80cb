"""The command ``mxlearn``: ``lab`` opens the course, ``doctor`` examines the installation, ``data`` fetches data."""

import argparse
import sys
from collections.abc import Sequence

from mxlearn.base import MXNetError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0 well, 1 failed (the reason is on stderr), 2 wrong usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help()
        return 0
    try:
        return options.run(options)
    except MXNetError as error:
        print(f"mxlearn: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nmxlearn: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output, `head` for example, has seen enough
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    from mxlearn.cli import data, doctor, lab, records

    parser = argparse.ArgumentParser(prog="mxlearn", description="An interactive deep learning course in JupyterLab.")
    parser.add_argument("--version", action=_Version, help="print the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    lab.add_to(commands)
    doctor.add_to(commands)
    data.add_to(commands)
    records.add_to(commands)
    return parser


class _Version(argparse.Action):
    def __init__(self, option_strings, dest, help=None):
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser, namespace, values, option_string=None):
        from mxlearn import __version__

        print(f"mxlearn {__version__}")
        parser.exit()
