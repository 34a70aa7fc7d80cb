"""Write docs/differences.md, where mxlearn differs from MXNet 1.9.1: ``python docs/differences.py [--check]``.

The differences that a stored answer of the real MXNet shows come from tests/golden/differences.py, whose test asserts
that each of them still is one. Those that no stored answer can show are listed here.
"""
import argparse
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path(__file__).with_suffix(".md")

# What the case families of tests/golden are about, in the order of the page.
SUBJECTS = {
    "Arrays": ("dtypes", "elementwise", "reductions", "shapes", "selection", "indexing", "linalg", "sparse"),
    "Printed forms": ("printing",),
    "Layers and their gradients": ("layers", "target_shapes", "normalization", "heads", "losses", "recurrent"),
    "Vision and other contributed operators": ("contrib", "vision", "images", "model_zoo"),
    "Training": ("updates", "optimizers", "schedulers", "initializers", "metrics", "training", "modules", "estimator"),
    "Symbols and executors": ("symbols", "executors", "control_flow", "custom_operators"),
    "NumPy's manner": ("numpy_face",),
    "Files and data": ("files", "orders"),
    "Errors": ("errors",),
    "Rarely used": ("rare",),
}

GENERAL = {
    "Printed forms": (
        "Where MXNet prints nothing but an address or empty parentheses (transforms, initializers, metrics from "
        "`create`, DataLoader, DataBatch), mxlearn says what the object holds."
    ),
    "Random numbers": (
        "`mx.random` draws from NumPy's PCG64 (CuPy's XORWOW on a GPU), so the numbers of a seed are not MXNet's; "
        "their distributions are. What MXNet draws from `numpy.random` or `random`, such as the order of a loader, is "
        "the same."
    ),
    "Pickles": (
        "Files of optimizer states are safetensors. MXNet's are pickles, which can run any program, and are refused "
        "unread. `mx.checkpoint` keeps a whole training run."
    ),
    "Unknown arguments": "A keyword that does not exist is an error which names the nearest one that does.",
    "Half-written files": "Every file is replaced as a whole once it is written; a killed process leaves the old one.",
    "Damaged files": "They are a FormatError that names the file, and change nothing.",
    "Conversions": "`float(x)` and `int(x)` work for an array of one element.",
    "Exported graphs": (
        "The JSON of a hybridized network gives the shapes of its parameters as they are known; MXNet gives those from "
        "before the first batch, with 0. Its `node_row_ptr` counts the workspace of oneDNN as an output of Pooling."
    ),
    "No gradient in NumPy's manner": (
        "`backward()` from a comparison, an `argmax` or another result of `mx.np` that has no gradient is an error; "
        "MXNet delivers zeros. In `mx.nd` it delivers zeros here too."
    ),
    "More than MXNet has": (
        "Some functions that a NumPy user expects exist where MXNet 1.9.1 has none, among them "
        "`np.median`, `np.logical_and`, `np.triu`, and `//` between arrays."
    ),
}


def stored() -> dict[str, str]:
    """Return the differences of the golden files: from family/case to the reason."""
    path = ROOT / "tests" / "golden" / "differences.py"
    spec = importlib.util.spec_from_file_location("golden_differences", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.DIFFERENCES


def page() -> str:
    """Return the text of the page."""
    differences = stored()
    lines = [
        "# Where mxlearn differs from MXNet 1.9.1",
        "",
        "On purpose, and nowhere else as far as is known. `docs/differences.py` writes this page; a test holds every",
        "difference with a case against a stored answer of the real MXNet.",
        "",
        "## In general",
        "",
    ]
    lines += [f"- **{name}.** {text}" for name, text in GENERAL.items()]
    left = dict(differences)
    for subject, families in SUBJECTS.items():
        reasons: dict[str, list[str]] = {}
        for case in [case for case in left if case.partition("/")[0] in families]:
            reasons.setdefault(left.pop(case), []).append(case)
        if reasons:
            lines += ["", f"## {subject}", ""]
            lines += [f"- {reason} ({', '.join(f'`{case}`' for case in cases)})" for reason, cases in reasons.items()]
    if left:
        raise SystemExit(f"docs/differences.py: no subject holds the families of {sorted(left)}")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with --check tell whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where the page is old")
    options = parser.parse_args(arguments)
    text = page()
    if options.check:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
