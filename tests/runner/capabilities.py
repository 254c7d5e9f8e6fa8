"""Which capabilities the kernel has, and which of them a machine of ours may lack.

`sonde --info` says what this kernel can do. A case whose `REQUIRES:` names a missing capability is skipped with
sonde's own reason, but only when this machine is known to lack it (MAY_LACK): otherwise sonde has lost a capability
that it had, and the case fails.
"""

import functools
import re

from runner import context, outcome

ENTRY = re.compile(r"^(.+?): (yes|no)$")

# The kernel under the build machine has no kprobes, no fprobe and no modules; Debian's 6.1 has no fprobe and is older
# than uprobe_multi.
MAY_LACK = {
    "native": {"kprobe", "kprobe_multi", "module btf"},
    "6.1": {"kprobe_multi", "uprobe_multi"},
    "6.12": set(),
}


@functools.cache
def reported():
    """Name -> reason why it is missing, or None when it is there."""
    done = context.run_process([context.SONDE, "--info"], 60)
    answers, _, reasons = done.out.partition("\nWhy not\n")
    why_not = dict(line.strip().split(": ", 1) for line in reasons.splitlines() if ": " in line)
    entries = [ENTRY.match(part) for line in answers.splitlines() for part in re.split(r" {2,}", line.strip())]
    return {entry[1]: None if entry[2] == "yes" else why_not.get(entry[1], "the kernel lacks it")
            for entry in entries if entry}


def skip_or_failure(name, requirements):
    """The outcome of a case that cannot run here, or None when it can."""
    for capability in [word.strip() for line in requirements for word in line.split(",")]:
        known = reported()
        if capability not in known:
            return outcome.Outcome(name, outcome.FAIL, f"requires `{capability}`, which `sonde --info` does not list")
        if known[capability] is not None:
            why = f"{capability}: {known[capability]}"
            if capability in MAY_LACK[context.MACHINE]:
                return outcome.Outcome(name, outcome.SKIP, why)
            return outcome.Outcome(name, outcome.FAIL, f"unexpected skip on {context.MACHINE}: {why}")
    return None
