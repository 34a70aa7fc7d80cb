"""Run a program that was written for MXNet: ``python -m mxlearn.compat script.py [arguments]``."""
import argparse
import logging
import os
import runpy
import sys

from . import install


def main(arguments: list[str] | None = None) -> int:
    """Run a script with ``mxnet`` meaning mxlearn; return the exit status for a usage error."""
    parser = argparse.ArgumentParser(
        prog="python -m mxlearn.compat",
        description="Run a program that was written for Apache MXNet, unchanged, on mxlearn.",
        epilog="Training progress that the program logs is shown; --quiet leaves logging to the program.",
    )
    parser.add_argument("--quiet", action="store_true", help="do not show log messages of level INFO")
    parser.add_argument("script", help="the Python file to run")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments of the script")
    options = parser.parse_args(arguments)
    if not os.path.isfile(options.script):
        parser.error(f"there is no file {options.script}")
    if not options.quiet:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(message)s")
    install()
    sys.argv = [options.script, *options.arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(options.script))
    runpy.run_path(options.script, run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
