"""What a case came to, and how that is shown.

A failure shows why at once and how to repeat it; a skip shows its reason; a pass is only counted. Cases may finish on
several threads, so everything that prints or counts holds the lock.
"""

import dataclasses
import difflib
import json
import threading

PASS, FAIL, SKIP = "pass", "fail", "skip"
NOTE = "note"  # says something about a case and counts as none
STREAM_MARK = "@@case "
MOST_LINES_SHOWN = 60


@dataclasses.dataclass
class Outcome:
    name: str  # tier/topic/case, as `./dev test` takes it
    status: str
    detail: str = ""  # why it failed or was skipped
    repeat: str = ""  # the arguments of `./dev test` that repeat it, when they are not the name


def difference(expected, actual):
    lines = list(difflib.unified_diff(expected.splitlines(), actual.splitlines(), "expected", "actual", lineterm=""))
    if not lines:
        return "they differ in the last line's end only"
    if len(lines) > MOST_LINES_SHOWN:
        lines[MOST_LINES_SHOWN:] = [f"... {len(lines) - MOST_LINES_SHOWN} more lines"]
    return "\n".join(lines)


def indented(text):
    return "".join(f"    {line}\n" for line in text.splitlines())


class Report:
    def __init__(self, stream):
        self.stream = stream
        self.lock = threading.Lock()
        self.total = {PASS: 0, FAIL: 0, SKIP: 0}
        self.tier = dict(self.total)

    def begin(self, tier):
        self.tier = dict.fromkeys(self.tier, 0)
        if not self.stream:
            print(f"-- {tier}", flush=True)

    def add(self, case):
        with self.lock:
            self.total[case.status] += 1
            self.tier[case.status] += 1
            if self.stream:
                print(STREAM_MARK + json.dumps(dataclasses.asdict(case)), flush=True)
            elif case.status == FAIL:
                repeat = f"    repeat: ./dev test {case.repeat or case.name}\n"
                print(f"FAIL {case.name}\n{indented(case.detail)}{repeat}", end="", flush=True)
            elif case.status == SKIP:
                print(f"skip {case.name}: {case.detail}", flush=True)

    def note(self, name, text):
        """Something to read although nothing failed."""
        with self.lock:
            if self.stream:
                print(STREAM_MARK + json.dumps(dataclasses.asdict(Outcome(name, NOTE, text))), flush=True)
            else:
                print(f"{name}:\n{indented(text)}", end="", flush=True)

    def end(self, tier, seconds):
        if not self.stream:
            counts = ", ".join(f"{self.tier[status]} {status}" for status in (PASS, FAIL, SKIP))
            print(f"   {tier}: {counts} in {seconds:.1f} s", flush=True)

    def close(self):
        """Prints the closing line and gives the exit status. A run without any case is no success."""
        print(f"{self.total[PASS]} passed, {self.total[FAIL]} failed, {self.total[SKIP]} skipped", flush=True)
        return 1 if self.total[FAIL] or not self.total[PASS] else 0
