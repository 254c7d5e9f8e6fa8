"""Which capabilities the kernel has, and which of them a machine of ours may lack.

`sonde --info` says what this kernel can do. A case whose `REQUIRES:` names a missing capability is skipped with
sonde's own reason, but only when this machine is known to lack it (MAY_LACK): otherwise sonde has lost a capability
that it had, and the case fails.
"""

import functools
import re

from runner import context, outcome

ENTRY = re.compile(r"^(.+?): (yes|no)(?: \((.*)\))?$")

# Policy of the kernel under the build machine: no kprobes, no fprobe, no modules; Debian 6.1 has no FPROBE and is older than
# uprobe_multi.
MAY_LACK = {
    "native": {"kprobe", "kprobe_multi", "kprobe_session", "fentry", "module btf"},
    "6.1": {"kprobe_multi", "kprobe_session", "uprobe_multi", "ringbuf_margin"},
    "6.12": set(),
}


@functools.cache
def reported():
    """Name -> reason why it is missing, or None when it is there."""
    done = context.run_process([context.SONDE, "--info"], 60)
    found = {}
    for line in done.out.splitlines():
        for part in re.split(r" {2,}", line.strip()):
            match = ENTRY.match(part)
            if match:
                found[match[1]] = None if match[2] == "yes" else match[3] or "the kernel lacks it"
    return found


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
