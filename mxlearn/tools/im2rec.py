"""im2rec: make lists of pictures, and files of records from lists.

    mxlearn im2rec --list --recursive data/train pictures/     # writes data/train.lst
    mxlearn im2rec --resize 256 data/train pictures/           # writes data/train.rec and data/train.idx

A list has for each picture a line "number TAB label TAB path". Folders are classes: the label is the number of the
folder, in the order of names. Files are written as a whole or not at all.

References: MXNet 1.9.1 program tools/im2rec.py.
"""
import argparse
import os
import random
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mxlearn.base import ArgumentError, DataError, FormatError, MXNetError, atomic_write
from mxlearn.data import pictures
from mxlearn.data.records import frame

__all__ = ["add_arguments", "main", "make_lists", "make_records", "run"]

SEED = 100  # of the order of a list: the same pictures give the same list
EVERY = 1000  # pictures between two lines of progress
DESCRIPTION = "Make a list of pictures (with --list), or files of records from lists."
EPILOG = """examples:
  mxlearn im2rec --list --recursive --train-ratio 0.8 data/cats pictures/
      writes data/cats_train.lst and data/cats_val.lst; each folder in pictures/ is a class
  mxlearn im2rec --resize 256 --quality 90 data/cats pictures/
      writes data/cats_train.rec and .idx, data/cats_val.rec and .idx
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments, which are those of MXNet's program."""
    parser.add_argument("prefix", help="beginning of the names of .lst, .rec and .idx files, with their folder")
    parser.add_argument("root", help="folder of the pictures")
    lists = parser.add_argument_group("lists")
    lists.add_argument("--list", action="store_true", help="make a list of the pictures in root")
    lists.add_argument(
        "--exts", nargs="+", default=[".jpeg", ".jpg", ".png"], metavar="EXT", help="ends of their names (%(default)s)"
    )
    lists.add_argument("--chunks", type=int, default=1, metavar="N", help="number of lists to make (%(default)s)")
    lists.add_argument(
        "--train-ratio", type=float, default=1.0, metavar="R", help="part of the pictures for training (%(default)s)"
    )
    lists.add_argument("--test-ratio", type=float, default=0.0, metavar="R", help="part for testing (%(default)s)")
    lists.add_argument("--recursive", action="store_true", help="look into the folders in root: each is a class")
    lists.add_argument("--no-shuffle", dest="shuffle", action="store_false", help="keep the order of names")
    records = parser.add_argument_group("records")
    records.add_argument("--pass-through", action="store_true", help="store the files as they are")
    records.add_argument("--resize", type=int, default=0, metavar="N", help="resize the shorter edge to N pixels")
    records.add_argument("--center-crop", action="store_true", help="cut the middle square out")
    records.add_argument(
        "--quality", type=int, default=95, help="of JPEG, 1 to 100; effort of PNG, 0 to 9 (%(default)s)"
    )
    records.add_argument("--num-thread", type=int, default=1, metavar="N", help="pictures to work on at once")
    records.add_argument(
        "--color", type=int, default=1, choices=[-1, 0, 1], help="1 color, 0 gray, -1 as the file has it (%(default)s)"
    )
    records.add_argument("--encoding", default=".jpg", choices=[".jpg", ".png"], help="format to store (%(default)s)")
    records.add_argument("--pack-label", action="store_true", help="store all labels of a line, not the first alone")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do what the command line says; returns the exit status."""
    if options.list:
        for path, count in make_lists(
            options.prefix, options.root, exts=options.exts, recursive=options.recursive, shuffle=options.shuffle,
            chunks=options.chunks, train_ratio=options.train_ratio, test_ratio=options.test_ratio,
        ):
            print(f"{path}: {count} pictures")
        return 0
    failed = 0
    for path in _lists_of(options.prefix):
        written, skipped = make_records(
            path, options.root, resize=options.resize, center_crop=options.center_crop, quality=options.quality,
            color=options.color, encoding=options.encoding, pack_label=options.pack_label,
            pass_through=options.pass_through, threads=options.num_thread, report=_report,
        )
        print(f"{path.with_suffix('.rec')}: {written} records" + (f", {skipped} left out" if skipped else ""))
        failed += bool(skipped and not written)
    return 1 if failed else 0


def _report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def find_pictures(root: str | os.PathLike[str], exts, recursive: bool) -> list[tuple[str, int]]:
    """Return pairs (path from root, label): folders are numbered in the order of names, without ``recursive`` all 0."""
    top = Path(root)
    if not top.is_dir():
        raise DataError(f"im2rec: {root} is no folder.\n  Give the folder of the pictures.")
    wanted = tuple(ext.lower() for ext in exts)
    if not recursive:
        return [(path.name, 0) for path in sorted(top.iterdir()) if path.is_file() and path.suffix.lower() in wanted]
    found, labels = [], {}
    for folder, folders, files in os.walk(top, followlinks=True):
        folders.sort()
        for name in sorted(files):
            if os.path.splitext(name)[1].lower() in wanted:
                label = labels.setdefault(folder, len(labels))
                found.append((os.path.relpath(os.path.join(folder, name), top), label))
    return found


def make_lists(
    prefix: str, root, *, exts=(".jpeg", ".jpg", ".png"), recursive: bool = False, shuffle: bool = True,
    chunks: int = 1, train_ratio: float = 1.0, test_ratio: float = 0.0,
) -> list[tuple[Path, int]]:
    """Write lists of the pictures in a folder.

    Returns
    -------
    pairs (path, number of pictures)

    Raises
    ------
    ArgumentError
        If the ratios are not parts of a whole.
    DataError
        If there is no picture, or a list cannot be written.
    """
    if chunks < 1 or not (test_ratio >= 0 and train_ratio > 0 and train_ratio + test_ratio <= 1):
        raise ArgumentError("im2rec: chunks must be 1 or more, and the ratios must be parts that sum to at most 1.")
    found = find_pictures(root, exts, recursive)
    if not found:
        raise DataError(f"im2rec: no picture in {root}.\n  --recursive looks into its folders, --exts for other names.")
    entries = [f"{number}\t{label:f}\t{name}\n" for number, (name, label) in enumerate(found)]
    if shuffle:
        random.Random(SEED).shuffle(entries)
    size, made = -(-len(entries) // chunks), []
    for i in range(chunks):
        chunk = entries[i * size : (i + 1) * size]
        name = f"{prefix}_{i}" if chunks > 1 else prefix
        test, train = int(len(chunk) * test_ratio), int(len(chunk) * train_ratio)
        parts = {"": chunk}
        if train_ratio < 1:
            parts = {"_test": chunk[:test], "_train": chunk[test : test + train], "_val": chunk[test + train :]}
        for suffix, part in parts.items():
            if part:
                with atomic_write(f"{name}{suffix}.lst", "w") as file:
                    file.writelines(part)
                made.append((Path(f"{name}{suffix}.lst"), len(part)))
    return made


def _lists_of(prefix: str) -> list[Path]:
    if os.path.isfile(prefix):
        return [Path(prefix)]
    start = Path(prefix)
    folder = start.parent
    found = folder.glob("*.lst") if folder.is_dir() else ()
    lists = sorted(path for path in found if path.name.startswith(start.name))
    if not lists:
        raise DataError(f"im2rec: there is no list {prefix}*.lst.\n  Make one first, with --list.")
    return lists


def make_records(
    path, root, *, resize: int = 0, center_crop: bool = False, quality: int = 95, color: int = 1,
    encoding: str = ".jpg", pack_label: bool = False, pass_through: bool = False, threads: int = 1, report=None,
) -> tuple[int, int]:
    """Write the records of a list, and their index, beside it. Pictures that cannot be read are left out.

    Parameters
    ----------
    path : the list; ``train.lst`` makes ``train.rec`` and ``train.idx``
    root : the folder that its paths are in
    report : called with a line of text now and then, and for each picture that is left out
    other parameters : as the command's options

    Returns
    -------
    how many records were written, and how many pictures left out

    Raises
    ------
    FormatError
        If the list is broken.
    DataError
        If the list cannot be read, or the records not written; files of an earlier run are then left as they were.
    """
    if threads < 1:
        raise ArgumentError(f"im2rec: num-thread must be 1 or more. Received: {threads}")
    from mxlearn.image.iterator import read_list  # the command line does without
    from mxlearn.recordio import IRHeader, pack

    entries = read_list(path)
    report = report or (lambda text: None)

    def make(entry) -> bytes:
        number, labels, name = entry
        header = IRHeader(0, labels if pack_label else labels[0], number, 0)
        content = pictures.open_file(os.path.join(root, name))
        if not pass_through:
            content = _changed(content, name, resize, center_crop, quality, color, encoding)
        return frame(pack(header, content))

    target = Path(path)
    written = skipped = position = 0
    with atomic_write(target.with_suffix(".rec")) as records, atomic_write(target.with_suffix(".idx"), "w") as index:
        for count, (entry, made) in enumerate(_in_order(make, entries, threads), 1):
            if isinstance(made, MXNetError):
                report(f"left out: {made}")
                skipped += 1
            else:
                records.write(made)
                index.write(f"{entry[0]}\t{position}\n")
                position += len(made)
                written += 1
            if count % EVERY == 0:
                report(f"{target.name}: {count} of {len(entries)} pictures")
    return written, skipped


def _in_order(make, entries: list, threads: int) -> Iterator[tuple]:
    """Yield each entry and what ``make`` gives for it, or its error, in order; threads work a little ahead."""
    from concurrent.futures import ThreadPoolExecutor

    def attempt(entry):
        try:
            return make(entry)
        except (FormatError, DataError) as error:
            return error

    with ThreadPoolExecutor(threads) as executor:
        waiting: deque = deque()
        for entry in entries:
            waiting.append((entry, executor.submit(attempt, entry)))
            if len(waiting) > 4 * threads:
                first, future = waiting.popleft()
                yield first, future.result()
        for entry, future in waiting:
            yield entry, future.result()


def _changed(
    content: bytes, name: str, resize: int, center_crop: bool, quality: int, color: int, encoding: str
) -> bytes:
    from mxlearn.kernels import image as kernel

    pixels = pictures.decode(content, color, name)
    if center_crop:
        edge = min(pixels.shape[:2])
        top, left = (pixels.shape[0] - edge) // 2, (pixels.shape[1] - edge) // 2
        pixels = pixels[top : top + edge, left : left + edge]
    if resize:
        height, width = pixels.shape[:2]
        short = min(height, width)
        new = max(1, height * resize // short), max(1, width * resize // short)
        pixels = kernel.resize(np, pixels, *new, kernel.LINEAR)
    return pictures.encode(pixels, encoding, quality)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line of ``python -m mxlearn.tools.im2rec``; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="im2rec", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_arguments(parser)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except MXNetError as error:
        print(f"im2rec: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
