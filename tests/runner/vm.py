"""The vm tier: Debian's 6.1 and 6.12 kernels, each booted once, side by side. In them run the tools of Debian's package, the
attach tier and the run tier: every program of the tests loads and runs on both.

`vm/6.1` is one kernel; `vm/6.1/attach/NAME` one case in it. The guest runs this same runner and prints a line per case.
"""

import json
import sys

from runner import context, outcome

sys.path.insert(0, str(context.TESTS / "vm"))
import boot  # noqa: E402
import kernels  # noqa: E402

SECONDS = 2400
PARTS = ["tools", "attach", "run"]


def guest_command(parts):
    """The guest's sonde is a copy in its own overlay: a build on the host must not pull it away from under a run."""
    own_sonde = "cp build/sonde build/own && mv build/own build/sonde"
    return f"{own_sonde} && /usr/bin/python3 -B tests/run_tests.py --stream {' '.join(parts)}"


def run_kernel(ctx, kernel):
    prefix = f"{kernel}/"
    parts = [p[len(prefix):] for p in ctx.parts if p.startswith(prefix)] or PARTS
    failures = 0
    other_lines = []

    def on_line(line):
        nonlocal failures
        text = line.decode(errors="backslashreplace").rstrip("\r\n")
        if not text.startswith(outcome.STREAM_MARK):
            other_lines.append(text)
            return
        case = outcome.Outcome(**json.loads(text[len(outcome.STREAM_MARK):]))
        case.name = f"vm/{kernel}/{case.name}"
        case.repeat = ""
        if case.status == outcome.NOTE:
            ctx.report.note(case.name, case.detail)
            return
        failures += case.status == outcome.FAIL
        ctx.report.add(case)

    status = boot.run(kernel, guest_command(parts), on_line, SECONDS, {"SONDE_MACHINE": kernel})
    if status and not failures:
        ctx.report.add(outcome.Outcome(f"vm/{kernel}", outcome.FAIL, "\n".join(other_lines[-40:])))


def run(ctx):
    wanted = [k for k in kernels.PACKAGES if any(not p or p.split("/")[0] == k for p in ctx.parts)]
    if not wanted:
        ctx.report.add(outcome.Outcome("vm", outcome.FAIL, f"no such kernel; there are {' '.join(kernels.PACKAGES)}"))
    ctx.run_all(wanted, lambda kernel: run_kernel(ctx, kernel) or [])
