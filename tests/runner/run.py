"""The run tier: scripts with an expected output, loaded and run on the kernel that is here. Needs root.

They are driven by begin, end and test runs of the kernel, or by a process of their own, so that their output does not
depend on what else the machine does. They run in a folder where `progs` is the folder of the programs under test.
"""

from runner import capabilities, context, outcome, scripts

SECONDS = 20


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


def run(ctx):
    folder = work_folder()
    checks = []
    for script in scripts.all_scripts():
        for extension in scripts.REAL:
            if script.has(extension) and ctx.wants(f"{script.name}.{extension}"):
                name = f"run/{script.name}.{extension}"
                barred = capabilities.skip_or_failure(name, script.directives("REQUIRES"))
                if barred:
                    ctx.report.add(barred)
                else:
                    checks.append((script, extension))
    ctx.run_all(checks, lambda one: check(ctx, *one, folder))
