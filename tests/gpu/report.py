"""The report of ``make gpu-check``: what was found, as Markdown for people and JSON for programs."""
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree

LONGEST = 40  # failed tests and reasons that the Markdown lists


@dataclass
class Part:
    """What one part found.

    Attributes
    ----------
    summary : in one line
    failed : whether it counts against the machine
    seconds : that it took
    details : numbers, for the JSON
    text : Markdown below the summary
    """

    summary: str
    failed: bool
    seconds: float
    details: dict = field(default_factory=dict)
    text: str = ""


@dataclass
class Report:
    """All that was found on a machine on a day; with ``standin`` there was no GPU, and the command was tried out."""

    machine: dict
    date: str
    standin: bool
    parts: dict[str, Part] = field(default_factory=dict)


# -- the machine -------------------------------------------------------------------------------------------------------
_PROGRAM = """
import json, os, sys
from dataclasses import asdict
if os.environ.get("MXLEARN_GPU_STANDIN") == "1":
    from tests.gpu import standin
    kept = standin.installed()
    kept.__enter__()
import mxlearn as mx
from mxlearn import backend, timing
try:
    found = asdict(timing.machine(mx.gpu(0)))
except mx.MXNetError as error:
    print(json.dumps(str(error)))
    sys.exit()
found["gpus"] = mx.num_gpus()
found["memory"] = mx.context.gpu_memory_info(0)[1]
nccl = backend._nccl()
found["nccl"] = nccl if isinstance(nccl, str) else str(nccl.get_version())
found["features"] = [f.name for f in mx.runtime.feature_list() if f.enabled and f.name in ("CUDA", "CUDNN", "NCCL")]
print(json.dumps(found))
"""


def machine(standin: bool) -> dict | str:
    """Return the device, its driver and all versions, or why no GPU can be used; in a process of its own."""
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "MXLEARN_GPU_STANDIN": "1" if standin else ""}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PROGRAM], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        return done.stderr.strip() or f"Python ended with status {done.returncode}"
    return json.loads(done.stdout.splitlines()[-1])


# -- what the parts said -----------------------------------------------------------------------------------------------
def of_tests(results: Path, code: int | None, said: str, seconds: float) -> Part:
    """Read pytest's results; where it was stopped there are none."""
    if code is None or not results.exists():
        why = f"stopped after {seconds:.0f} s" if code is None else "pytest did not run"
        return Part(f"{why}: the rest was not checked", True, seconds, {"said": said[-4000:]}, _quoted(said[-2000:]))
    counts, failures, reasons = Counter(), [], Counter()
    for case in ElementTree.parse(results).iter("testcase"):
        kinds = {child.tag: child for child in case}
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        if "failure" in kinds or "error" in kinds:
            counts["failed"] += 1
            message = (kinds.get("failure") if "failure" in kinds else kinds["error"]).get("message") or ""
            failures.append((name, (message.strip().splitlines() or [""])[0]))
        elif "skipped" in kinds:
            counts["skipped"] += 1
            reasons[kinds["skipped"].get("message") or ""] += 1
        else:
            counts["passed"] += 1
    summary = ", ".join(f"{counts[kind]} {kind}" for kind in ("passed", "failed", "skipped"))
    late = sum(count for reason, count in reasons.items() if "the time for tests is over" in reason)
    summary += f"; {late} of them because the time was over" if late else ""
    lines = [f"- failed: `{name}`: {message}" for name, message in failures[:LONGEST]]
    lines += [f"- {len(failures) - LONGEST} more failed"] if len(failures) > LONGEST else []
    lines += [f"- skipped {count}: {reason}" for reason, count in reasons.most_common(LONGEST)]
    details = {**counts, "failures": failures, "reasons": dict(reasons)}
    return Part(summary, bool(counts["failed"] or late) or not counts["passed"], seconds, details, "\n".join(lines))


def of_benchmarks(results: Path, code: int | None, said: str, seconds: float) -> Part:
    """Read the benchmarks' results: the table, and how many goals were met."""
    if code is None or not results.exists():
        why = f"stopped after {seconds:.0f} s" if code is None else f"ended with status {code}"
        return Part(why, True, seconds, {"said": said[-4000:]}, _quoted(said[-2000:]))
    found = json.loads(results.read_text(encoding="utf-8"))
    goals = [goal for case in found["cases"] for goal in case["goals"]]
    measured = [goal for goal in goals if goal["ratio"] is not None]
    met = sum(goal["ratio"] <= goal["most"] for goal in measured)
    summary = f"{len(found['cases'])} cases; of {len(goals)} goals {met} met, {len(measured) - met} missed"
    if len(goals) > len(measured):
        summary += f", {len(goals) - len(measured)} not measured"
    text = "\n".join(line for line in said.splitlines() if line.startswith(("|", "bench: ")))
    return Part(summary, False, seconds, found, re.sub(r"\n(?=bench: )", "\n\n", text))


def of_timings(code: int | None, said: str, seconds: float) -> Part:
    """Tell where the timings went."""
    lines = said.strip().splitlines() or [""]
    if code is None:
        return Part(f"stopped after {seconds:.0f} s", True, seconds, {"said": said[-4000:]})
    return Part(lines[-1], code != 0, seconds, {"said": said[-4000:]} if code else {})


# -- writing -----------------------------------------------------------------------------------------------------------
def markdown(found: Report) -> str:
    """Return the report for people."""
    m = found.machine
    title = "The stand-in: no GPU was checked" if found.standin else f"{m['device']}, {found.date}"
    versions = [f"driver {m['driver'] or 'unknown'}", f"CUDA {m['cuda']}", f"CuPy {m['cupy']}", f"NumPy {m['numpy']}"]
    versions += [f"Python {m['python']}", f"NCCL {m['nccl']}", f"in use: {', '.join(m['features']) or 'CuPy alone'}"]
    lines = [f"# {title}", ""]
    lines += [f"{m['gpus']} x {m['device']}, {m['memory'] / 2**30:.0f} GiB each; {', '.join(versions)};"]
    lines += [f"{m['cpu']}, {m['system']}. Date: {found.date}."]
    for name, part in found.parts.items():
        verdict = "failed" if part.failed else "done"
        lines += ["", f"## {name.capitalize()}: {verdict} ({part.seconds:.0f} s)", "", part.summary]
        lines += ["", part.text] if part.text else []
    return "\n".join(lines) + "\n"


def write(found: Report, folder: Path) -> list[Path]:
    """Write both forms into a folder, under the name of the device and the day; return the files."""
    device = re.sub(r"[^a-z0-9]+", "-", found.machine["device"].lower()).strip("-") or "gpu"
    base = folder / f"{device}-{found.date}"
    pages = {".md": markdown(found), ".json": json.dumps(asdict(found), indent=1) + "\n"}
    paths = []
    for suffix, text in pages.items():
        paths.append(base.with_name(base.name + suffix))
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def _quoted(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
