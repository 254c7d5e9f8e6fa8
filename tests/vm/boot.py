"""Boots a Debian kernel under QEMU with the host's root inside and runs a command there.

    boot.py KERNEL [COMMAND WORD...]      one word is a shell line, several are an argument list

The command's output comes on a serial line of its own, so it is not mixed with the kernel's messages; those go to a
log that is shown only when the guest dies. Single-threaded TCG, because the multi-threaded one was seen to oops while
the kernel patches its own text. The invariant: the guest ends within the time limit, and its status is the command's.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import kernels

EXIT_MARK = b"@@exit "
GUEST_LOST = 125  # the guest ended without saying how the command did


def qemu_command(vmlinuz, initrd, log):
    return ["qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=single", "-cpu", "max", "-smp", "2", "-m", "4G",
            "-display", "none", "-monitor", "none", "-nodefaults", "-no-reboot", "-kernel", vmlinuz, "-initrd", initrd,
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off nokaslr",
            "-fsdev", "local,id=f,path=/,security_model=none,readonly=on,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=f,mount_tag=hostroot", "-serial", f"file:{log}", "-serial", "stdio"]


def guest_script(command, variables):
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    lines += ["export HOME=/tmp LC_ALL=C TZ=UTC SONDE_IN_VM=1", f"cd {shlex.quote(os.getcwd())}", command]
    return "\n".join(lines) + "\n"


def command_initrd(base, script, folder):
    """The base initramfs with an archive that holds only /cmd after it; the kernel unpacks both."""
    tree = pathlib.Path(folder) / "tree"
    tree.mkdir()
    (tree / "cmd").write_text(script)
    extra = pathlib.Path(folder) / "extra"
    kernels.write_cpio(tree, extra)
    both = pathlib.Path(folder) / "initrd"
    content = base.read_bytes()
    both.write_bytes(content + b"\0" * (-len(content) % 512) + extra.read_bytes())
    return both


def run(kernel, command, on_line, limit_seconds=1800, variables=None):
    """Runs a shell line in the guest, gives each line of its output to `on_line`, and returns its status."""
    vmlinuz, base = kernels.prepare(kernel)
    status = GUEST_LOST
    with tempfile.TemporaryDirectory(prefix="sonde-vm-") as folder:
        log = pathlib.Path(folder) / "console"
        script = guest_script(command, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(variables or {})})
        initrd = command_initrd(base, script, folder)
        limit = ["timeout", "--foreground", str(limit_seconds)]
        with subprocess.Popen(limit + qemu_command(vmlinuz, initrd, log), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE) as guest:
            held = False  # an empty line before the mark belongs to the mark
            for line in guest.stdout:
                if line.startswith(EXIT_MARK):
                    status = int(line[len(EXIT_MARK):])
                    break
                if held:
                    on_line(b"\n")
                held = line == b"\n"
                if not held:
                    on_line(line)
            guest.wait()
        if status == GUEST_LOST:
            on_line(b"vm: the guest ended early; the end of its console:\n")
            for line in log.read_bytes().splitlines()[-40:]:
                on_line(b"  " + line + b"\n")
    return status


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    words = sys.argv[2:]
    command = words[0] if len(words) == 1 else shlex.join(words)

    def show(line):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()

    sys.exit(run(sys.argv[1], command, show))


if __name__ == "__main__":
    main()
