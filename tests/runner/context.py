"""Where the tests and the programs they use are, and how a case's process is run.

Processes get a session of their own, so that a case that runs out of time ends with everything that it started; they
see none of the variables that change what sonde prints.
"""

import concurrent.futures
import dataclasses
import os
import pathlib
import signal
import subprocess

REPO = pathlib.Path(__file__).resolve().parents[2]
TESTS = REPO / "tests"
BUILD = REPO / "build"
SONDE = BUILD / "sonde"
PROGRAMS = BUILD / "tests" / "programs"

# The kernel's short name inside a guest of the vm tier, else "native".
MACHINE = os.environ.get("SONDE_MACHINE", "native")
# Emulation is about ten times slower.
PATIENCE = 1 if MACHINE == "native" else 10


@dataclasses.dataclass
class Finished:
    status: int  # negative: ended by that signal
    out: str
    err: str
    timed_out: bool = False

    def complaint(self, wanted_status):
        """Why the process as a whole is no success, or an empty string."""
        if self.timed_out:
            return f"timed out\n{self.out}{self.err}"
        if self.status != wanted_status:
            return f"status {self.status}, expected {wanted_status}\n{self.err or self.out}"
        return ""


def clean_environment(extra=None):
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith(("BPFTRACE_", "SONDE_")) and k not in ("DEBUGINFOD_URLS", "NOTIFY_SOCKET")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC", **(extra or {})}


def run_process(command, seconds, cwd=REPO, env=None):
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd,
                          env=clean_environment(env), start_new_session=True) as process:
        timed_out = False
        try:
            out, err = process.communicate(timeout=seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            timed_out = True
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
    return Finished(process.returncode, out.decode(errors="backslashreplace"), err.decode(errors="backslashreplace"),
                    timed_out)


@dataclasses.dataclass
class Context:
    tier: str
    parts: list  # prefixes of the names wanted; an empty one wants all
    update: bool
    jobs: int
    report: object

    def wants(self, name):
        """`name` without the tier. A prefix ends at the end of a word of the path."""
        return any(not part or name == part or name.startswith((part.rstrip("/") + "/", part + "."))
                   for part in self.parts)

    def run_all(self, cases, run_case):
        """`run_case(case)` for each, several at a time; it gives one outcome or a list."""
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for result in pool.map(run_case, cases):
                for one in result if isinstance(result, list) else [result]:
                    self.report.add(one)
