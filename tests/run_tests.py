"""Runs the tiers of tests and says what passed.

    run_tests.py [--update] [--jobs N] [--stream] [TIER[/PART]...]

With no tier named, all of them run. PART narrows a tier to the cases whose name begins with it. --stream prints one
line per case in the form that the vm tier reads. The last line is always "N passed, N failed, N skipped", and the
status is 0 only when nothing failed.
"""

import argparse
import sys
import time

from runner import attach, binaries, context, golden, lint, outcome, run, tools, vm

# In the order of cost: what fails cheaply should fail first.
TIERS = {
    "lint": lint.run,
    "unit": binaries.run_unit,
    "fuzz": binaries.run_fuzz,
    "golden": golden.run,
    "run": run.run,
    "attach": attach.run,
    "tools": tools.run,
    "vm": vm.run,
}


def parse_arguments():
    parser = argparse.ArgumentParser(description="Runs sonde's tests.")
    parser.add_argument("--update", action="store_true", help="rewrite what golden and run cases expect")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--stream", action="store_true", help="one line per case, for the vm tier")
    parser.add_argument("tiers", nargs="*", metavar="TIER[/PART]")
    arguments = parser.parse_args()
    for word in arguments.tiers:
        if word.split("/")[0] not in TIERS:
            parser.error(f"no tier {word.split('/')[0]}; there are {' '.join(TIERS)}")
    return arguments


def main():
    arguments = parse_arguments()
    wanted = {}
    for word in arguments.tiers or TIERS:
        tier, _, part = word.partition("/")
        wanted.setdefault(tier, []).append(part)
    report = outcome.Report(stream=arguments.stream)
    for tier, run_tier in TIERS.items():
        if tier not in wanted:
            continue
        started = time.monotonic()
        report.begin(tier)
        run_tier(context.Context(tier, wanted[tier], arguments.update, arguments.jobs, report))
        report.end(tier, time.monotonic() - started)
    sys.exit(report.close())


if __name__ == "__main__":
    main()
