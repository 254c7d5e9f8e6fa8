"""The repository as a whole: its layout, its formatting, its manual, and nothing private in it."""

import re
import subprocess

import tree

TOP_LEVEL = {"lexer", "parser", "ast", "stdlib", "codegen", "runtime", "tests", "examples", "man", ".ci",
             "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "dev", ".gitignore", ".clang-format"}

# Folders of one machine, and hosts that only it asks.
PRIVATE = re.compile(r"(?<![\w.])/(work|root|home/\w+)/|/tmp/[s]onde/|\b(deb|snapshot|security)\.[d]ebian\.org\b")


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
