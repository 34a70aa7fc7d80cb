"""The findings as a text for people and as JSON for programs."""

import json
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby

from .finding import STATES, Finding

__all__ = ["FORMAT", "as_json", "as_text", "worst"]

FORMAT = 1  # of the JSON; another number means that a program has to be changed


def worst(findings: Iterable[Finding]) -> str:
    """Return the worst state among the findings, "ok" where there are none."""
    return max((finding.state for finding in findings), key=STATES.index, default="ok")


def as_text(findings: Sequence[Finding], width: int = 120) -> str:
    """Return the report, with lines of at most ``width`` letters; a command stays on one line."""
    room = max((len(finding.name) for finding in findings), default=0)
    lines = []
    for subject, group in groupby(findings, key=lambda finding: finding.subject):
        lines += ["", subject]
        for finding in group:
            head = f"  {finding.state:7}  {finding.name:{room}}  "
            lines += textwrap.wrap(
                finding.seen, max(width, len(head) + 30), initial_indent=head, subsequent_indent=" " * len(head),
                break_long_words=False, break_on_hyphens=False,
            ) or [head.rstrip()]  # fmt: skip
            if finding.remedy:
                lines.append(f"{'':{len(head)}}> {finding.remedy}")
    return "\n".join([*lines, "", _summary(findings)]).lstrip("\n")


def _summary(findings: Sequence[Finding]) -> str:
    bad = [
        f"{count} {state}{'s' * (count != 1)}"
        for state in ("problem", "warning")
        if (count := sum(finding.state == state for finding in findings))
    ]
    if not bad:
        return "All is well."
    advice = ": the lines with > are commands that help." if any(finding.remedy for finding in findings) else "."
    return " and ".join(bad) + advice


def as_json(findings: Sequence[Finding]) -> str:
    """Return the report as JSON; `mxlearn doctor --help` describes it."""
    from mxlearn import __version__

    content = {
        "format": FORMAT,
        "mxlearn": __version__,
        "state": worst(findings),
        "findings": [
            {
                "subject": finding.subject,
                "check": finding.name,
                "state": finding.state,
                "seen": finding.seen,
                "remedy": finding.remedy,
                "facts": finding.facts,
            }
            for finding in findings
        ],
    }
    return json.dumps(content, indent=1, default=str)
