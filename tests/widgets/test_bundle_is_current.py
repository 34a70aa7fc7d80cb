"""The committed JavaScript is what the committed TypeScript gives: rebuilt here and compared byte for byte."""

import shutil
import subprocess
from pathlib import Path

import pytest

WIDGETS = Path(__file__).parents[2] / "widgets"
STATIC = WIDGETS / "mxlearn_widgets" / "static"
LARGEST = 30_000  # bytes of one widget's ESM
TOGETHER = 270_000  # bytes of the whole front end


def node() -> str:
    """Return Node, or skip with what is missing: users need neither; .ci/run installs both before the tests."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("Node is not installed, so the TypeScript cannot be built here")
    if not (WIDGETS / "node_modules").is_dir():
        pytest.skip("widgets/node_modules is missing; install it with: npm ci --prefix widgets")
    return path


def run(*command: str | Path) -> str:
    answer = subprocess.run(command, cwd=WIDGETS, capture_output=True, text=True, timeout=300)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_the_committed_bundle_is_current(tmp_path):
    run(node(), "build.mjs", "--out", tmp_path)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in STATIC.iterdir()}
    assert built.keys() == committed.keys()
    stale = [name for name in built if built[name] != committed[name]]
    assert stale == [], "run `npm run build` in widgets/ and commit the result"


def test_types_are_sound():
    run(node(), "node_modules/typescript/bin/tsc", "--noEmit")


def test_typescript_units():
    run(node(), "node_modules/vitest/vitest.mjs", "run")


def test_bundles_are_small():
    sizes = {path.name: path.stat().st_size for path in STATIC.iterdir()}
    assert all(size <= LARGEST for name, size in sizes.items() if name.endswith(".js")), sizes
    assert sum(sizes.values()) <= TOGETHER


def test_bundles_name_no_other_host():
    for path in STATIC.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, path.name
        assert "innerHTML" not in text and "eval(" not in text, path.name


def test_the_lock_names_no_registry():
    lock = (WIDGETS / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
