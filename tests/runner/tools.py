"""The tools tier: scripts that people run already. Debian's `bpftrace` package installs its tools, written for language 0.17,
below /usr/sbin; they are read from there.

`tools/check` counts those whose program is accepted, `tools/load` those that load and attach (where the kernel has kprobes,
which most of them need: in the vm tier). Each has a floor that only rises. The report lists every tool with what stands in
its way, as notes. In this dialect a missing attach point is a warning.
"""

import subprocess

from runner import capabilities, context, outcome

PACKAGE = "bpftrace"
SECONDS = 30
ENVIRONMENT = {"BPFTRACE_MISSING_PROBES": "warn"}

# How many must check and load, by machine. Raise them when more do.
LEAST = {
    "native": {"check": 30},
    "6.1": {"check": 31, "load": 31},
    "6.12": {"check": 32, "load": 32},
}
SKIPPED = "Skipping. [skipped-probe]"
OPTIONS = {"check": ["--emit=types"], "load": ["--dry-run", "-q"]}


def installed_tools():
    listed = subprocess.run(["dpkg", "-L", PACKAGE], capture_output=True, text=True, check=False)
    return sorted(line for line in listed.stdout.splitlines() if line.startswith("/usr/sbin/") and line.endswith(".bt"))


def verdict(step, tool):
    """Whether the tool passes, and what the table says of it: how many attach points this kernel does not have, or the
    first error and how many follow."""
    done = context.run_process([context.SONDE, *OPTIONS[step], tool], SECONDS, env=ENVIRONMENT)
    if done.timed_out:
        return False, "timed out"
    if not done.complaint(0):
        missing = done.err.count(SKIPPED)
        return True, f"ok, without {missing} attach points" if missing else "ok"
    errors = [line.removeprefix(f"{tool}:") for line in done.err.splitlines() if "ERROR: " in line]
    if not errors:
        return False, f"status {done.status} {done.out.strip()}"
    return False, errors[0] + (f" (and {len(errors) - 1} more)" if len(errors) > 1 else "")


def name_of(tool):
    return tool.rsplit("/", 1)[1].removesuffix(".bt")


def run_step(ctx, step, tools):
    found = {}
    ctx.run_all(tools, lambda tool: found.update({tool: verdict(step, tool)}) or [])
    passed = sum(found[tool][0] for tool in tools)
    least = LEAST[context.MACHINE][step]
    table = [f"{name_of(tool):16} {found[tool][1]}" for tool in tools]
    summary = f"{passed} of {len(tools)} {step}, at least {least} must"
    if passed < least:
        ctx.report.add(outcome.Outcome(f"tools/{step}", outcome.FAIL, "\n".join([summary, *table])))
    else:
        ctx.report.note(f"tools/{step}", "\n".join([summary, *table]))
        ctx.report.add(outcome.Outcome(f"tools/{step}", outcome.PASS))


def run(ctx):
    tools = installed_tools()
    for step in LEAST[context.MACHINE]:
        if not ctx.wants(step):
            continue
        if not tools:
            ctx.report.add(outcome.Outcome(f"tools/{step}", outcome.FAIL, f"the package `{PACKAGE}` is not installed"))
            continue
        barred = capabilities.skip_or_failure(f"tools/{step}", ["kprobe"] if step == "load" else [])
        if barred:
            ctx.report.add(barred)
        else:
            run_step(ctx, step, tools)
