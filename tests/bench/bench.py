"""Measures sonde beside two peers in one run: a libbpf program that does the same (the floor) and Debian's bpftrace.

    bench.py [--quick]

Each round runs every peer once, with a pause after each, because attaching waits for what another process let go of a
moment ago. A figure is the median over the rounds, a ratio the median of the rounds' own ratios. --quick takes three
rounds instead of nine: a look, not a measurement.
"""

import argparse
import collections
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import costs

REPO = pathlib.Path(__file__).resolve().parents[2]
SONDE = REPO / "build/sonde"
LAUNCH = REPO / "build/tests/bench/bench_launch"
FLOOR = REPO / "build/tests/bench/bench_floor"
LOAD = REPO / "build/tests/bench/bench_load"
SCRIPT = REPO / "tests/bench/script.bt"
TRACEFS = pathlib.Path("/sys/kernel/tracing")



class Peers:
    sonde, floor, load = SONDE, FLOOR, LOAD


PAUSE_SECONDS = 0.4
LONG_PAUSE_SECONDS = 4.0  # what the kernel takes to let go of 100 perf tracepoints
SCRIPT_PAUSE_SECONDS = 1.5
ONE_TRACEPOINT = "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }"
BEGIN_EXIT = "BEGIN { exit(); }"
ATTACHED = "__BPFTRACE_NOTIFY_PROBES_ATTACHED"

MS, MIB = 1e6, 1024.0


@dataclasses.dataclass
class Row:
    label: str
    key: str  # of the launcher's result
    unit: float
    reach: str = ""
    limit: float = 0
    against: str = ""  # a peer whose ratio is limited; without one, the figure itself is


@dataclasses.dataclass
class Scene:
    title: str
    commands: dict  # peer -> mode and command of the launcher
    rows: list
    most_rounds: dict = dataclasses.field(default_factory=dict)  # for a peer that takes its time
    pause: float = PAUSE_SECONDS
    samples: dict = dataclasses.field(default_factory=dict)


def attach(program):
    return {"sonde": ["fd:9", SONDE, "-q", "--ready-fd=9", "-e", program],
            "bpftrace": [f"line:{ATTACHED}", "bpftrace", "-e", program]}


def hundred_tracepoints():
    names = sorted(p.name for p in (TRACEFS / "events/syscalls").glob("sys_enter_*"))[:100]
    return ", ".join(f"tracepoint:syscalls:{name}" for name in names) + " { @[comm] = count(); }"


def scenes():
    one = attach(ONE_TRACEPOINT)
    one["floor"] = ["fd:9", FLOOR, "attach", "9", "attach_count"]
    script = {"sonde": ["fd:9", SONDE, "-q", "--ready-fd=9", SCRIPT], "bpftrace": [f"line:{ATTACHED}", "bpftrace", SCRIPT]}
    run_to_end = {"sonde": ["exit", SONDE, "-q", "-e", BEGIN_EXIT], "floor": ["exit", FLOOR, "begin"],
                  "bpftrace": ["exit", "bpftrace", "-e", BEGIN_EXIT]}
    return [
        Scene(ONE_TRACEPOINT, one, [
            Row("CPU time, ms", "cpu_ns", MS, "<= 0.4 x bpftrace", 0.4, "bpftrace"),
            Row("exec to attached, ms", "ready_ns", MS, "<= 5 x floor", 5, "floor"),
            Row("peak memory, MiB", "rss_kb", MIB, "<= 28 MiB", 28),
            Row("SIGINT to gone, ms", "gone_ns", MS),
        ]),
        Scene(BEGIN_EXIT, run_to_end, [
            Row("CPU time, ms", "cpu_ns", MS),
            Row("exec to exit, ms", "ready_ns", MS),
            Row("peak memory, MiB", "rss_kb", MIB),
        ]),
        Scene("a script of 100 lines with 12 probes", script, [
            Row("CPU time, ms", "cpu_ns", MS, "<= 0.3 x bpftrace", 0.3, "bpftrace"),
            Row("exec to attached, ms", "ready_ns", MS),
            Row("peak memory, MiB", "rss_kb", MIB),
        ], pause=SCRIPT_PAUSE_SECONDS),
        Scene("100 tracepoints of syscalls { @[comm] = count(); }", attach(hundred_tracepoints()), [
            Row("exec to attached, ms", "ready_ns", MS),
            Row("SIGINT to gone, ms", "gone_ns", MS, "<= 150 ms", 150),
        ], most_rounds={"bpftrace": 3}, pause=LONG_PAUSE_SECONDS),
    ]


def measure(scene, rounds):
    scene.samples = {peer: [] for peer in scene.commands}
    for number in range(rounds):
        for peer, command in scene.commands.items():
            if number >= scene.most_rounds.get(peer, rounds):
                continue
            done = subprocess.run([LAUNCH, *command], capture_output=True, text=True, check=True,
                                  env={**os.environ, ATTACHED: "1", "BPFTRACE_MAX_PROBES": "1024"})
            result = json.loads(done.stdout)
            if result["status"] != 0:
                raise SystemExit(f"bench: {peer} did not run: {done.stderr}\n  {' '.join(map(str, command))}"[:2000])
            scene.samples[peer].append(result)
            time.sleep(scene.pause)


def figures(scene, row, peer):
    return [sample[row.key] / row.unit for sample in scene.samples.get(peer, [])]


def ratio(scene, row, peer):
    pairs = zip(figures(scene, row, "sonde"), figures(scene, row, peer))
    return statistics.median(ours / theirs for ours, theirs in pairs)


def peer_cell(scene, row, peer):
    if not scene.samples.get(peer):
        return ""
    value = statistics.median(figures(scene, row, peer))
    return f"{value:.1f}" if peer == "sonde" else f"{value:.1f} ({ratio(scene, row, peer):.2f} x)"


def verdict(scene, row):
    if not row.reach:
        return ""
    value = ratio(scene, row, row.against) if row.against else statistics.median(figures(scene, row, "sonde"))
    return f"{row.reach}: {'pass' if value <= row.limit else 'falls short'}"


def versions():
    def first_line(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]

    libbpf = first_line("dpkg-query", "-W", "-f=${Version}", "libbpf-dev").split(":")[-1].split("-")[0]
    return {"sonde": first_line(SONDE, "-V").split(" (")[0], "floor": f"libbpf {libbpf}",
            "bpftrace": first_line("bpftrace", "-V")}


def show(scene, titles):
    print(f"\n{scene.title}")
    print(f"  {'':24}" + "".join(f"{titles[peer]:>22}" for peer in titles))
    for row in scene.rows:
        cells = "".join(f"{peer_cell(scene, row, peer):>22}" for peer in titles)
        print(f"  {row.label:24}{cells}   {verdict(scene, row)}".rstrip())


def show_rows(title, titles, rows):
    """`rows`: label -> peer -> the text of its cell."""
    print(f"\n{title}")
    print(f"  {'':28}" + "".join(f"{titles[peer]:>26}" for peer in titles))
    for label, cells in rows.items():
        print(f"  {label:28}" + "".join(f"{cells.get(peer, ''):>26}" for peer in titles))


def measure_events(titles, rounds):
    """The cost of an event beside the time of a turn of the load's loop."""
    rows = {}
    for event in costs.EVENTS:
        samples = collections.defaultdict(list)
        for _ in range(rounds):
            for peer, (command, notifies) in costs.commands(Peers, event).items():
                samples[peer].append(costs.event_cost(Peers, command, notifies))
                time.sleep(PAUSE_SECONDS)
        rows[event.title] = {peer: f"{statistics.median(cost for cost, _ in taken):.0f} "
                                   f"({statistics.median(turn for _, turn in taken):.0f} a turn)"
                             for peer, taken in samples.items()}
    untraced = statistics.median(costs.loop_ns(LOAD, costs.CALLS) / costs.CALLS for _ in range(rounds))
    show_rows(f"cost of an event, ns; a turn of the load's loop takes {untraced:.0f} ns untraced", titles, rows)


def measure_printing(titles, rounds):
    event = next(event for event in costs.EVENTS if event.title.startswith("printf"))
    samples = collections.defaultdict(list)
    for _ in range(rounds):
        for peer, (command, notifies) in costs.commands(Peers, event).items():
            samples[peer].append(costs.printed_lines(Peers, command, notifies))
            time.sleep(PAUSE_SECONDS)
    rows = {"lines a second": {}, "lost of 1,000,000": {}, "CPU time, ms": {}}
    for peer, taken in samples.items():
        rows["lines a second"][peer] = f"{statistics.median(lines / seconds for lines, seconds, _ in taken):,.0f}"
        rows["lost of 1,000,000"][peer] = f"{statistics.median(costs.PRINTED - lines for lines, _, _ in taken):,.0f}"
        rows["CPU time, ms"][peer] = f"{statistics.median(cpu for _, _, cpu in taken) * 1000:.0f}"
    show_rows("1,000,000 events printed to a file, as fast as they come", titles, rows)


def with_tracefs():
    """Runs again in a mount namespace of its own when tracefs is not mounted: bpftrace does not mount it."""
    if not (TRACEFS / "events").exists():
        script = f'mount -t tracefs tracefs {TRACEFS} && exec "$@"'
        os.execvp("unshare", ["unshare", "-m", "sh", "-c", script, "sh", sys.executable, *sys.argv])


def main():
    parser = argparse.ArgumentParser(description="Measures sonde beside its peers.")
    parser.add_argument("--quick", action="store_true", help="three rounds instead of nine")
    arguments = parser.parse_args()
    with_tracefs()
    rounds = 3 if arguments.quick else 9
    print(f"Medians of {rounds} rounds; in brackets sonde's share of the peer's figure.")
    titles = versions()
    for scene in scenes():
        measure(scene, rounds)
        show(scene, titles)
    with costs.kernel_statistics():
        measure_events(titles, 1 if arguments.quick else 5)
    measure_printing(titles, 1 if arguments.quick else 3)


if __name__ == "__main__":
    main()
