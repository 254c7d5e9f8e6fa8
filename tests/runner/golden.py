"""The golden tier: each stage of the compiler on scripts and a fake world, without root and without a kernel.

See scripts.py for the siblings. Every script that is accepted is also formatted, which must change nothing the second
time, and every example must be laid out as the formatter would.
"""

import os

from runner import context, outcome, scripts

SECONDS = 20


def command_for(script, extension):
    world = script.lines("world")[0] if script.has("world") else "world"
    where = os.path.relpath(scripts.ROOT / world, script.path.parent)
    if extension == "fmt":
        return ["--fmt", script.path.name]
    stage = extension if extension in scripts.EMITTED else "plan"
    return [f"--world={where}", f"--emit={stage}", script.path.name, *script.lines("args")]


def check_stage(ctx, script, extension):
    name = f"golden/{script.name}.{extension}"
    done = context.run_process([context.SONDE, *command_for(script, extension)], SECONDS, cwd=script.path.parent,
                               env=script.environment())
    wanted_status = 1 if extension == "err" else 0
    if extension == "err" and script.has("rc"):
        wanted_status = int(script.read("rc"))
    complaint = done.complaint(wanted_status)
    if complaint:
        return outcome.Outcome(name, outcome.FAIL, complaint)
    actual = script.filtered(done.err if extension in ("err", "warn") else done.out)
    if ctx.update:
        script.sibling(extension).write_text(actual)
    if actual != script.read(extension):
        return outcome.Outcome(name, outcome.FAIL, outcome.difference(script.read(extension), actual))
    return outcome.Outcome(name, outcome.PASS)


def formatted(path):
    return context.run_process([context.SONDE, "--fmt", path], SECONDS)


def check_format_settles(ctx, script):
    """format(format(x)) = format(x)."""
    name = f"golden/{script.name}.settles"
    folder = context.BUILD / "tests" / "formatted"
    folder.mkdir(parents=True, exist_ok=True)
    once = formatted(script.path)
    copy = folder / (script.name.replace("/", "+") + ".bt")
    copy.write_text(once.out)
    twice = formatted(copy)
    complaint = once.complaint(0) or twice.complaint(0)
    if not complaint and once.out != twice.out:
        complaint = outcome.difference(once.out, twice.out)
    return outcome.Outcome(name, outcome.FAIL if complaint else outcome.PASS, complaint)


def check_example(path):
    name = f"golden/examples/{path.stem}"
    done = formatted(path)
    complaint = done.complaint(0)
    if not complaint and done.out != path.read_text():
        complaint = outcome.difference(path.read_text(), done.out)
    return outcome.Outcome(name, outcome.FAIL if complaint else outcome.PASS, complaint)


def check_name(script):
    """A script is called fail_... if and only if it is refused."""
    fails = script.path.name.startswith("fail_")
    if fails == script.has("err"):
        return []
    why = "has the prefix fail_ and no .err" if fails else "is refused and lacks the prefix fail_"
    return [outcome.Outcome(f"golden/{script.name}", outcome.FAIL, why)]


def run(ctx):
    checks = []
    for script in scripts.all_scripts():
        stages = [e for e in scripts.GOLDEN if script.has(e) and ctx.wants(f"{script.name}.{e}")]
        checks += [(check_stage, ctx, script, extension) for extension in stages]
        if ctx.wants(f"{script.name}.settles") and not script.has("err"):
            checks.append((check_format_settles, ctx, script))
        if ctx.wants(script.name):
            for failure in check_name(script):
                ctx.report.add(failure)
    examples = sorted((context.REPO / "examples").rglob("*.bt"))
    checks += [(check_example, path) for path in examples if ctx.wants(f"examples/{path.stem}")]
    ctx.run_all(checks, lambda check: check[0](*check[1:]))
