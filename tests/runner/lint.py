"""The lint tier: each check of tests/lint counts as one case."""

import sys

from runner import context, outcome

sys.path.insert(0, str(context.TESTS / "lint"))
import checks  # noqa: E402


def run(ctx):
    for name, check in checks.ALL.items():
        if ctx.wants(name):
            complaints = check(context.REPO)
            status = outcome.FAIL if complaints else outcome.PASS
            ctx.report.add(outcome.Outcome(f"lint/{name}", status, "\n".join(complaints)))
