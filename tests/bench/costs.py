"""What an event costs, and how many printed lines a second get through, for sonde and its peers.

A peer traces getppid, which a load calls in a loop. The cost of an event is what the kernel itself counts for the
peer's programs (run_time_ns of /proc/PID/fdinfo, while kernel.bpf_stats_enabled is set) by the load's calls, beside
the time of a turn of the loop with and without the peer.
"""

import contextlib
import dataclasses
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

STATS = pathlib.Path("/proc/sys/kernel/bpf_stats_enabled")
READY_SECONDS = 20
CALLS = 200_000
PRINTED = 1_000_000


@dataclasses.dataclass
class Event:
    title: str
    script: str  # in the dialect that bpftrace 0.17 and sonde share
    floor: list  # programs of floor.bpf.c


ENTER, EXIT = "tracepoint:syscalls:sys_enter_getppid", "tracepoint:syscalls:sys_exit_getppid"
EVENTS = [
    Event("count by comm", ENTER + " { @[comm] = count(); }", ["comm_count"]),
    Event("hist of a difference by tid", f"{ENTER} {{ @s[tid] = nsecs; }} {EXIT} /@s[tid]/ "
          "{ @ns = hist(nsecs - @s[tid]); delete(@s[tid]); }", ["hist_enter", "hist_exit"]),
    Event("printf of four fields", ENTER + ' /comm == "bench_load"/ { printf("%d %d %s %d\\n", pid, tid, comm, cpu); }', ["print_fields"]),
    Event("count by ustack", ENTER + ' /comm == "bench_load"/ { @[ustack] = count(); }', ["stack_count"]),
]


@contextlib.contextmanager
def kernel_statistics():
    before = STATS.read_text()
    STATS.write_text("1")
    try:
        yield
    finally:
        STATS.write_text(before)


class Tracer:
    """A peer that is attached, its output in a file."""

    def __init__(self, command, notifies, output):
        self.output = output
        self.errors = tempfile.NamedTemporaryFile("w+")
        read_end, write_end = os.pipe()
        command = [str(write_end) if word == "FD" else word for word in map(str, command)]
        self.process = subprocess.Popen(command, stdout=output, stderr=self.errors, pass_fds=[write_end],
                                        env={**os.environ, "__BPFTRACE_NOTIFY_PROBES_ATTACHED": "1"})
        os.close(write_end)
        try:
            self.wait_until_attached(read_end, notifies)
        finally:
            os.close(read_end)

    def wait_until_attached(self, read_end, notifies):
        if not notifies:
            if not os.read(read_end, 1):
                raise SystemExit(f"bench: a peer did not attach: {self.complaint()}")
            return
        end = time.monotonic() + READY_SECONDS
        files = [pathlib.Path(file.name) for file in (self.output, self.errors)]
        while not any(b"__BPFTRACE_NOTIFY" in file.read_bytes() for file in files):
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit(f"bench: a peer did not attach: {self.complaint()}")
            time.sleep(0.02)

    def complaint(self):
        self.process.kill()
        self.errors.seek(0)
        return self.errors.read()[:1000]

    def program_ns(self):
        """What the kernel has counted for this process's programs: nanoseconds."""
        total, seen = 0, set()
        for entry in pathlib.Path(f"/proc/{self.process.pid}/fdinfo").iterdir():
            with contextlib.suppress(FileNotFoundError):
                text = entry.read_text()
                number = re.search(r"^prog_id:\s+(\d+)", text, re.MULTILINE)
                if number and number[1] not in seen:
                    seen.add(number[1])
                    total += int(re.search(r"^run_time_ns:\s+(\d+)", text, re.MULTILINE)[1])
        return total

    def stop(self):
        """User and system seconds of the peer, and what it said on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, status, used = os.wait4(self.process.pid, 0)
        self.process.returncode = status
        self.errors.seek(0)
        return used.ru_utime + used.ru_stime, self.errors.read()


def commands(peers, event):
    """Per peer: its command line and whether it says on its output that it is attached."""
    return {"sonde": ([peers.sonde, "-q", "--ready-fd", "FD", "-e", event.script], False),
            "floor": ([peers.floor, "attach", "FD", *event.floor], False),
            "bpftrace": (["bpftrace", "-e", event.script], True)}


def loop_ns(load, calls):
    return int(subprocess.run([load, str(calls)], capture_output=True, text=True, check=True).stdout)


def event_cost(peers, command, notifies):
    with tempfile.NamedTemporaryFile() as output:
        tracer = Tracer(command, notifies, output)
        loop_ns(peers.load, CALLS // 20)
        before = tracer.program_ns()
        turn = loop_ns(peers.load, CALLS) / CALLS
        cost = (tracer.program_ns() - before) / CALLS
        tracer.stop()
    return cost, turn


def printed_lines(peers, command, notifies):
    """Lines that arrived of PRINTED, seconds from the first to the tracer's end, CPU seconds of the tracer."""
    with tempfile.NamedTemporaryFile() as output:
        tracer = Tracer(command, notifies, output)
        begun = time.monotonic()
        loop_ns(peers.load, PRINTED)
        cpu, _ = tracer.stop()
        seconds = time.monotonic() - begun
        with open(output.name, "rb") as lines:
            arrived = sum(1 for line in lines if b" bench_load " in line)
    return arrived, seconds, cpu
