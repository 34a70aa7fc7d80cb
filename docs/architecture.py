"""Draw docs/architecture.svg from the floors in pyproject.toml: ``python docs/architecture.py [--check]``.

The import contract is the one source, so the picture cannot say anything else than what is checked.
"""
import argparse
import re
import sys
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
PICTURE = Path(__file__).with_suffix(".svg")

# What each floor is for, by the first module on it.
CAPTIONS = {
    "mxlearn_widgets": "what a learner sees: the live tape, the graph, the backward graph",
    "cli": "commands: mxlearn lab, mxlearn doctor, mxlearn data, mxlearn im2rec",
    "course": "the student's copy of the lessons; import mxnet means mxlearn; what is wrong here",
    "test_utils": "checks against finite differences; runs that go on after a stop",
    "gluon": "networks as classes; training a Symbol with fit()",
    "io": "everything around training",
    "binding": "runs graphs; the tape and its reverse pass",
    "numpy": "the same arrays in NumPy's manner",
    "ndarray": "arrays that record; graphs that wait",
    "sampling": "random numbers, one definition for arrays and symbols",
    "ops": "every operator, declared once, with its gradient beside it",
    "kernels": "the heavy computations, in NumPy or CuPy",
    "core": "operator registry, one graph, inference, gradient, compiler",
    "data": "data sets, IDX files, verified downloads",
    "display": "what is in an array: numbers, tiles, a picture",
    "streams": "for each device a seeded random stream, and a stopwatch",
    "context": "cpu(0), cpu(1), gpu(0), ...",
    "backend": "the only file that imports CuPy",
    "attribute": "names, registries, pictures, layout",
    "base": "errors, atomic files",
}
WIDTH, HEIGHT, GAP, LEFT = 1000, 36, 6, 24
TINTS = ("#0072B2", "#56B4E9", "#009E73", "#E69F00", "#CC79A7")  # Okabe and Ito's colors


def floors() -> list[list[str]]:
    """Return the modules of each floor that exist, from the top."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    found = [["mxlearn_widgets"]]
    for layer in layers:
        names = [name.strip("() ") for name in re.split(r"[:|]", layer)]
        names = [n for n in names if (ROOT / "mxlearn" / n).is_dir() or (ROOT / "mxlearn" / f"{n}.py").is_file()]
        if names:
            found.append(names)
    return found


def draw(rows: list[list[str]]) -> str:
    """Return the picture."""
    top = 58
    height = top + len(rows) * (HEIGHT + GAP) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
        ' role="img" aria-label="The floors of mxlearn; imports only go down"'
        ' font-family="system-ui, sans-serif" font-size="14">',
        f'<rect width="{WIDTH}" height="{height}" rx="12" fill="#ffffff" stroke="#d0d7de"/>',
        f'<text x="{LEFT}" y="36" font-size="18" font-weight="600" fill="#1f2328">'
        "The house: imports only go down</text>",
    ]
    for i, names in enumerate(rows):
        y = top + i * (HEIGHT + GAP)
        tint = TINTS[min(i * len(TINTS) // len(rows), len(TINTS) - 1)]
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{WIDTH - 2 * LEFT}" height="{HEIGHT}" rx="7" fill="{tint}"'
            ' fill-opacity="0.13"/>'
        )
        parts.append(f'<rect x="{LEFT}" y="{y}" width="6" height="{HEIGHT}" rx="3" fill="{tint}"/>')
        shown = "  ·  ".join(names)
        size = 14 if len(shown) < 62 else 11.5
        parts.append(
            f'<text x="{LEFT + 18}" y="{y + 23}" font-size="{size}" font-weight="600" fill="#1f2328"'
            f' font-family="ui-monospace, DejaVu Sans Mono, monospace">{escape(shown)}</text>'
        )
        caption = CAPTIONS[names[0]]
        wide = len(shown) * 0.6 * size + len(caption) * 6.3  # pixels that both need, about
        if wide < WIDTH - 2 * LEFT - 48:
            parts.append(
                f'<text x="{WIDTH - LEFT - 14}" y="{y + 23}" text-anchor="end" font-size="13" fill="#57606a">'
                f"{escape(caption)}</text>"
            )
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the picture, or with --check tell whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where the picture is old")
    options = parser.parse_args(arguments)
    picture = draw(floors())
    if options.check:
        return int(not PICTURE.is_file() or PICTURE.read_text(encoding="utf-8") != picture)
    PICTURE.write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
