"""Print the path of a Chrome or Chromium that starts on this machine; install one where there is none.

Run by ``make test`` before the browser tests, so that they are never skipped in silence. The environment variable
MXLEARN_BROWSER names the browser to use; without it the usual names on PATH are looked at, the usual places of macOS
and Windows, and Playwright's own download. Where none starts, Debian's packages are installed when the user is root,
and Playwright's Chromium otherwise. If all of that fails the script says what to do and exits with status 1.
"""
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
DEBIAN_PACKAGES = ("chromium", "fonts-dejavu-core")


def candidates() -> Iterator[str]:
    """Yield the paths where a browser may be, best first."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield path
    yield from (place for place in PLACES if Path(place).exists())
    path = playwright_browser()
    if path:
        yield path


def playwright_browser() -> str | None:
    """Return where Playwright keeps its own Chromium, whether it is there or not; None without Playwright."""
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    path = answer.stdout.strip()
    return path if answer.returncode == 0 and Path(path).exists() else None


def starts(path: str) -> bool:
    """Whether the browser runs; a stub that only names a package to install (Ubuntu has one) does not count.

    The browser has to render a page: ``--version`` alone also passes where a shared library is missing.
    """
    command = [path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"]
    try:
        answer = subprocess.run([*command, "data:text/html,<p>ready"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "ready" in answer.stdout


def find() -> str | None:
    """Return the named browser, or else the first one that starts; None where it, or none, does."""
    named = os.environ.get("MXLEARN_BROWSER")
    if named:
        return named if starts(named) else None
    return next((path for path in candidates() if starts(path)), None)


def install() -> None:
    """Install a browser: Debian's packages as root, else Playwright's own. Their output goes to stderr."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install_packages = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN_PACKAGES]
        for command in (["apt-get", "update", "-qq"], install_packages):
            print("ensure_browser:", " ".join(command), file=sys.stderr)
            if subprocess.run(command, stdout=sys.stderr, env=quiet).returncode != 0:
                break
        else:
            if find():
                return
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    print("ensure_browser:", " ".join(command), file=sys.stderr)
    subprocess.run(command, stdout=sys.stderr)


def main() -> int:
    path = find()
    named = os.environ.get("MXLEARN_BROWSER")
    if path is None and named:
        print(f"ensure_browser: MXLEARN_BROWSER={named} does not start.\n  Name another, or none.", file=sys.stderr)
        return 1
    if path is None:
        print("ensure_browser: no Chrome or Chromium starts on this machine; installing one", file=sys.stderr)
        install()
        path = find()
    if path is None:
        print(
            "ensure_browser: the browser tests need Chrome or Chromium, and none could be installed.\n"
            "  Install one (Debian: apt install chromium fonts-dejavu-core; elsewhere: Google Chrome, or\n"
            "  `playwright install --with-deps chromium`), or name one in MXLEARN_BROWSER, and run again.",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
