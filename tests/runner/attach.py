"""The attach tier: one feature each, on the real kernel. Needs root.

A case is tests/attach/NAME.sh or NAME.bt of at most 30 lines, whose leading comments may hold:

    REQUIRES: capability, ...   as `sonde --info` names them
    TIMEOUT: seconds            when 60 are too few
    ALONE: reason               nothing else of the tier runs meanwhile
    ARGS: words                 (.bt) put after the file's name
    EXPECT: regex               (.bt) some line of standard output matches it; may be repeated
    STATUS: number              (.bt) exit status when it is not 0

A shell case runs in a folder of its own with $SONDE, $PROGS, $EXAMPLES and the functions of lib.sh, and passes with
status 0. The driver of a .bt case is the run tier's: `progs/...` names a program under test.
"""

import re
import shlex
import tempfile

from runner import capabilities, context, outcome, run as run_tier, scripts

FOLDER = context.TESTS / "attach"
SECONDS = 60
MOST_LINES = 30


def first_directive(path, word, default):
    found = scripts.directives(path, word)
    return found[0] if found else default


def check_shell(path, name, seconds):
    with tempfile.TemporaryDirectory(prefix="sonde-attach-") as folder:
        env = {"SONDE": str(context.SONDE), "PROGS": str(context.PROGRAMS),
               "EXAMPLES": str(context.REPO / "examples"), "PATIENCE": str(context.PATIENCE)}
        done = context.run_process(["bash", "-eu", "-c", f". {FOLDER}/lib.sh; . {path}"], seconds, cwd=folder, env=env)
    complaint = done.complaint(0)
    if complaint and done.out:
        complaint += f"\nstandard output:\n{done.out}"
    return outcome.Outcome(name, outcome.FAIL if complaint else outcome.PASS, complaint)


def check_script(path, name, seconds):
    words = shlex.split(" ".join(scripts.directives(path, "ARGS")))
    done = context.run_process([context.SONDE, path, *words], seconds, cwd=run_tier.work_folder())
    complaint = done.complaint(int(first_directive(path, "STATUS", "0")))
    if not complaint:
        for wanted in scripts.directives(path, "EXPECT"):
            if not re.search(wanted, done.out, re.MULTILINE):
                complaint = f"no line matches {wanted}\n{done.out}{done.err}"
    return outcome.Outcome(name, outcome.FAIL if complaint else outcome.PASS, complaint)


def check(path):
    name = f"attach/{path.stem}"
    if len(path.read_text().splitlines()) > MOST_LINES:
        return outcome.Outcome(name, outcome.FAIL, f"longer than {MOST_LINES} lines")
    barred = capabilities.skip_or_failure(name, scripts.directives(path, "REQUIRES"))
    if barred:
        return barred
    seconds = int(first_directive(path, "TIMEOUT", SECONDS))
    return (check_shell if path.suffix == ".sh" else check_script)(path, name, seconds)


def run(ctx):
    cases = [p for p in sorted([*FOLDER.glob("*.sh"), *FOLDER.glob("*.bt")])
             if p.name != "lib.sh" and ctx.wants(p.stem)]
    alone = [p for p in cases if scripts.directives(p, "ALONE")]
    ctx.run_all([p for p in cases if p not in alone], check)
    for path in alone:
        ctx.report.add(check(path))
