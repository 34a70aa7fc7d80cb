"""``mxlearn im2rec``: lists of pictures, and files of records."""

import argparse

from mxlearn.tools.im2rec import DESCRIPTION, EPILOG, add_arguments

__all__ = ["add_to"]


def add_to(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "im2rec",
        help="make lists of pictures, and files of records for ImageRecordIter",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
