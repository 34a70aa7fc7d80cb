"""Where parameters of trained networks lie: files that you have put into a folder.

Nothing is fetched: MXNet is retired, and the place that its model store read from may go any day. A file that MXNet
downloaded, such as ``~/.mxnet/models/resnet18_v1-a0666292.params``, is read as it is.

References: MXNet 1.9.1 module mxnet.gluon.model_zoo.model_store.
"""
import hashlib
import os
import re
from pathlib import Path

from ...base import DataError, FormatError

__all__ = ["get_model_file", "purge"]

ROOT = os.path.join("~", ".mxnet", "models")


def get_model_file(name: str, root: str | os.PathLike = ROOT) -> str:
    """Return the path of a network's parameters: ``NAME-HASH.params`` as in MXNet's store, or ``NAME.params``.

    Parameters
    ----------
    name : of the network, such as "resnet18_v1"
    root : folder, or the file itself; "~" is the home folder

    Where the name has a hash of eight hexadecimal digits, the file's SHA-1 has to begin with it.

    Raises
    ------
    DataError
        If there is no such file.
    FormatError
        If the file is not the one that its name promises.
    """
    place = Path(root).expanduser()
    if place.is_file():
        return str(place)
    hashed = re.compile(re.escape(name) + r"-([0-9a-f]{8})\.params")
    for path in sorted(place.glob("*.params")) if place.is_dir() else ():
        match = hashed.fullmatch(path.name)
        if match:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha1").hexdigest()
            if not digest.startswith(match[1]):
                raise FormatError(
                    f"{path}: the file is damaged: its SHA-1 begins with {digest[:8]}, its name says {match[1]}.\n"
                    f"  Fetch it again, or name it {name}.params if you wrote it yourself."
                )
            return str(path)
    plain = place / f"{name}.params"
    if plain.is_file():
        return str(plain)
    raise DataError(
        f"pretrained=True: there are no parameters of {name!r} in {place}, and none are fetched.\n"
        f"  Put the file {name}-HASH.params of MXNet's model store, or your own {name}.params (as save_parameters\n"
        "  writes it), into this folder, or name another one with root=...; or pass pretrained=False and train."
    )


def purge(root: str | os.PathLike = ROOT) -> None:
    """Remove all ``.params`` files of a folder."""
    for path in Path(root).expanduser().glob("*.params"):
        path.unlink()
