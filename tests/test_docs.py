"""The pictures and figures of the README belong to the code as it is."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_architecture_picture_shows_the_floors_that_are_checked():
    finished = subprocess.run([sys.executable, ROOT / "docs" / "architecture.py", "--check"], check=False)
    assert finished.returncode == 0, "run: python docs/architecture.py"


def test_every_picture_and_file_that_the_readme_names_is_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    missing = [t for t in targets if not t.startswith("http") and not (ROOT / t).exists()]
    assert targets and not missing


def test_the_code_of_the_readme_runs():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    programs = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert programs
    for program in programs:
        finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr


def test_the_page_of_differences_says_what_the_golden_files_say():
    finished = subprocess.run([sys.executable, ROOT / "docs" / "differences.py", "--check"], check=False)
    assert finished.returncode == 0, "run: python docs/differences.py"
