"""The unit tier, and the fuzz tier that replays each target's corpus.

Both run the binaries of the release build and then those of a build with address and undefined-behaviour sanitizers,
which this tier brings up to date itself. Each GoogleTest case counts; a corpus counts once per target.
"""

import json
import subprocess
import tempfile

from runner import context, outcome

SECONDS = 300
SANITIZED = context.REPO / "build-asan"


def build_sanitized():
    """Builds the test binaries with sanitizers; gives an outcome only when that fails."""
    if not (SANITIZED / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "asan"], cwd=context.REPO, check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(["ninja", "-C", SANITIZED, "--quiet", "sonde_tests"], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        return [outcome.Outcome("unit/asan", outcome.FAIL, done.stdout[-4000:], "unit")]
    return []


def unit_outcomes(binary, label):
    with tempfile.NamedTemporaryFile(suffix=".json") as results:
        done = context.run_process([binary, "--gtest_brief=1", f"--gtest_output=json:{results.name}"], SECONDS)
        text = results.read()
    repeat = f"unit/{binary.name.removeprefix('unit_')}"
    if not text:
        return [outcome.Outcome(f"{label}/{binary.name}", outcome.FAIL, done.out + done.err, repeat)]
    outcomes = []
    for suite in json.loads(text)["testsuites"]:
        for test in suite["testsuite"]:
            failures = "\n".join(f["failure"] for f in test.get("failures", []))
            status = outcome.FAIL if failures else outcome.PASS
            outcomes.append(outcome.Outcome(f"{label}/{suite['name']}.{test['name']}", status, failures, repeat))
    if done.status not in (0, 1):
        outcomes.append(outcome.Outcome(f"{label}/{binary.name}", outcome.FAIL, done.complaint(0), repeat))
    return outcomes


def run_unit(ctx):
    def binaries(build):
        return [b for b in sorted((build / "tests/unit").glob("unit_*")) if ctx.wants(b.name.removeprefix("unit_"))]

    ctx.run_all(binaries(context.BUILD), lambda b: unit_outcomes(b, "unit"))
    failed_build = build_sanitized()
    for failure in failed_build:
        ctx.report.add(failure)
    if not failed_build:
        ctx.run_all(binaries(SANITIZED), lambda b: unit_outcomes(b, "unit-asan"))


def replay(binary, label):
    target = binary.name.removeprefix("fuzz_")
    name = f"{label}/{target}"
    corpus = sorted(p for p in (context.TESTS / "fuzz/corpus" / target).glob("*") if p.is_file())
    if not corpus:
        return outcome.Outcome(name, outcome.FAIL, f"tests/fuzz/corpus/{target} is empty", f"fuzz/{target}")
    done = context.run_process([binary, *corpus], SECONDS)
    complaint = done.complaint(0)
    return outcome.Outcome(name, outcome.FAIL if complaint else outcome.PASS, complaint, f"fuzz/{target}")


def run_fuzz(ctx):
    failed_build = build_sanitized()
    for failure in failed_build:
        ctx.report.add(failure)
    for build, label in [(context.BUILD, "fuzz")] + ([] if failed_build else [(SANITIZED, "fuzz-asan")]):
        binaries = [b for b in sorted((build / "tests/fuzz").glob("fuzz_*")) if ctx.wants(b.name.removeprefix("fuzz_"))]
        ctx.run_all(binaries, lambda b, label=label: replay(b, label))
