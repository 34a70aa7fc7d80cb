"""``mxlearn data``: list, fetch, find and verify the data sets."""

import argparse

from mxlearn.data.catalog import CATALOG, find

__all__ = ["add_to"]

ENVIRONMENT = """environment:
  MXLEARN_HOME         folder for downloaded data (default ~/.mxlearn)
  MXLEARN_DATA_MIRROR  folder or address to fetch from, instead of the public mirrors
"""


def add_to(commands) -> None:
    """Add the command and its subcommands to the parser."""
    data = commands.add_parser(
        "data",
        help="list, fetch, find and verify the data sets",
        description="List, fetch, find and verify the data sets.",
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    data.set_defaults(run=lambda options: data.print_help() or 0)
    actions = data.add_subparsers(metavar="ACTION", title="actions")
    _add(actions, "list", "list the data sets, and whether they are on this machine", _list, named=False)
    get = _add(actions, "get", "download a data set, verified; goes on where an earlier download broke off", _get)
    get.add_argument("--force", action="store_true", help="fetch it again even if it is there")
    get.add_argument("--quiet", action="store_true", help="show no progress")
    _add(actions, "path", "print the folder of a data set", _path)
    _add(actions, "verify", "compare the files of a data set with the recorded SHA-256 checksums", _verify)


def _add(actions, name: str, text: str, run, *, named: bool = True):
    parser = actions.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if named:
        parser.add_argument("name", metavar="NAME", help=", ".join(CATALOG))
    parser.set_defaults(run=run)
    return parser


def _list(options: argparse.Namespace) -> int:
    width = max(map(len, CATALOG))
    for dataset in CATALOG.values():
        state = "embedded" if not dataset.mirrors else "not here" if dataset.missing() else "here"
        print(f"{dataset.name:{width}}  {state:8}  {dataset.summary}")
    return 0


def _get(options: argparse.Namespace) -> int:
    from mxlearn.data.download import ProgressBar, fetch

    folder = fetch(find(options.name), force=options.force, progress=None if options.quiet else ProgressBar())
    print(folder)
    return 0


def _path(options: argparse.Namespace) -> int:
    print(find(options.name).folder)
    return 0


def _verify(options: argparse.Namespace) -> int:
    from mxlearn.data.download import verify

    dataset = find(options.name)
    faults = verify(dataset)
    print("\n".join(faults) or f"{dataset.name}: {len(dataset.files)} files are as recorded")
    if faults and dataset.mirrors:
        print(f"`mxlearn data get {dataset.name}` fetches what is missing or wrong")
    return 1 if faults else 0
