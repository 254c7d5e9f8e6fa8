"""The repository as a whole: its layout, formatting, manual and binary, and nothing private in it."""

import re
import subprocess

import tree

TOP_LEVEL = {"lexer", "parser", "ast", "stdlib", "codegen", "runtime", "tests", "examples", "man", ".ci",
             "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "dev", ".gitignore", ".clang-format"}

# Folders of one machine, and hosts that only it asks.
PRIVATE = re.compile(r"(?<![\w.])/(work|root|home/\w+)/|/tmp/[s]onde/|\b(deb|snapshot|security)\.[d]ebian\.org\b")

SHARED = {"linux-vdso.so.1", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}
MOST_BINARY_BYTES = 32_000_000


def check_layout(root):
    found = {name.split("/")[0] for name in tree.files(root)}
    return [f"{name}: is not one of the rooms" for name in sorted(found - TOP_LEVEL)]


def check_format(root):
    names = [name for name in tree.files(root) if name.endswith((".cc", ".h"))]
    done = subprocess.run(["clang-format-19", "--dry-run", "-Werror", *names], cwd=root, capture_output=True, text=True,
                          check=False)
    wrong = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "-Wclang-format-violations" in line})
    if done.returncode and not wrong:
        return [done.stderr.strip()]
    return [f"{name}: is not laid out by clang-format; `./dev fmt` does it" for name in wrong]


def check_private(root):
    complaints = []
    for name in tree.files(root):
        for number, line in enumerate(tree.read(root, name).splitlines(), 1):
            if PRIVATE.search(line):
                complaints.append(f"{name}:{number}: names a place of one machine")
    return complaints


def check_binary(root):
    """The release binary runs alone on a machine with this libc, and is not large."""
    binary = root / "build/sonde"
    if not binary.exists():
        return ["build/sonde is missing"]
    listed = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
    needs = {line.split()[0].split("/")[-1] for line in listed.splitlines() if line.strip()}
    complaints = [f"build/sonde needs {name}" for name in sorted(needs - SHARED)]
    if binary.stat().st_size > MOST_BINARY_BYTES:
        complaints.append(f"build/sonde: {binary.stat().st_size} bytes, at most {MOST_BINARY_BYTES}")
    return complaints


def check_manual(root):
    if not (root / "build/sonde").exists():
        return ["build/sonde is missing"]
    made = subprocess.run([root / "build/sonde", "--emit=man"], capture_output=True, text=True, check=False)
    page = root / "man/sonde.1"
    if made.returncode:
        return [f"the manual cannot be generated: {made.stderr.strip()}"]
    if not page.exists() or page.read_text() != made.stdout:
        return ["man/sonde.1 is not what the registries say; `build/sonde --emit=man > man/sonde.1` makes it"]
    return []
