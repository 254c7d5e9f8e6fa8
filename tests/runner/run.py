"""The run tier: scripts with an expected output, loaded and run on the kernel that is here. Needs root.

They are driven by begin, end and test runs of the kernel, or by a process of their own, so that their output does not
depend on what else the machine does. They run in a folder where `progs` is the folder of the programs under test. The
example that the manual gives for a builtin loads and attaches too: run/manual/NAME.
"""

import os
import re
import sys

from runner import capabilities, context, outcome, scripts

sys.path.insert(0, str(context.TESTS / "lint"))
import tree  # noqa: E402

SECONDS = 60  # the kernel holds grace periods up while it verifies a large program of another case


def work_folder():
    folder = context.BUILD / "tests" / "run"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "progs"
    if not link.is_symlink():
        link.symlink_to(context.PROGRAMS)
    return folder


def options_for(extension):
    return {"out": ["-q", "--no-warnings"], "json": ["-q", "--no-warnings", "-f", "json"], "stderr": ["-q"]}[extension]


def check(ctx, script, extension, folder):
    name = f"run/{script.name}.{extension}"
    command = [context.SONDE, *options_for(extension), script.path, *script.lines("args")]
    done = context.run_process(command, SECONDS, cwd=folder, env=script.environment())
    complaint = done.complaint(int(script.read("rc")) if script.has("rc") else 0)
    if complaint:
        return outcome.Outcome(name, outcome.FAIL, complaint)
    text = done.err.replace(f"{script.path.parent}/", "") if extension == "stderr" else done.out
    actual = script.filtered(text)
    if ctx.update and context.MACHINE == "native":
        script.sibling(extension).write_text(actual)
    expected = script.read(extension)
    if actual != expected:
        return outcome.Outcome(name, outcome.FAIL, outcome.difference(expected, actual) + "\n" + done.err)
    return outcome.Outcome(name, outcome.PASS)


def check_manual(name, example, options):
    done = context.run_process([context.SONDE, "-q", "--dry-run", *options, "-e", example], SECONDS)
    complaint = done.complaint(0)
    return outcome.Outcome(name, outcome.FAIL if complaint else outcome.PASS, complaint)


def names_missing_cgroup(example):
    """The hierarchy of version 2 may be mounted elsewhere, or nowhere; attach/cgroupid brings its own."""
    root = "/sys/fs/cgroup"
    return root in example and not os.path.exists(f"{root}/cgroup.controllers")


def manual_examples():
    """Name, program, options and required capabilities of each builtin's example."""
    for row in tree.rows(context.REPO, "stdlib/builtins.def"):
        example = row.strings[-1]
        if names_missing_cgroup(example):
            continue
        options = ["--unsafe"] if "kUnsafe" in row.text else []
        yield f"manual/{row.name()}", example, options, ["kprobe"] if re.search(r"\bk(ret)?probe:", example) else []


def run(ctx):
    folder = work_folder()
    checks = []

    def plan(name, requirements, check_case, *arguments):
        if ctx.wants(name):
            barred = capabilities.skip_or_failure(f"run/{name}", requirements)
            if barred:
                ctx.report.add(barred)
            else:
                checks.append((check_case, *arguments))

    for script in scripts.all_scripts():
        expected = [extension for extension in scripts.REAL if script.has(extension)]
        # A guest is slow, and how output is written does not depend on the kernel: one run of each script is enough.
        for extension in expected if context.MACHINE == "native" else expected[:1]:
            plan(f"{script.name}.{extension}", script.directives("REQUIRES"), check, ctx, script, extension, folder)
    for name, example, options, requirements in manual_examples():
        plan(name, requirements, check_manual, f"run/{name}", example, options)
    ctx.run_all(checks, lambda one: one[0](*one[1:]))
