"""A script with siblings that say what it does: what the golden and the run tiers have in common.

tests/golden/TOPIC/NAME.bt is checked once for each sibling NAME.EXT:

    tokens ast composed probes types plan llvm   what --emit=EXT prints, on the fake world
    fmt                                          what --fmt prints; formatting it again changes nothing
    err                                          standard error of a script that is refused, status 1
    warn                                         standard error of a script that is accepted
    out                                          standard output of a real run: `-q --no-warnings`
    json                                         the same with `-f json`
    stderr                                       standard error of a real run with its warnings

and these say how it is run:

    args   words after the file's name, one per line
    env    VARIABLE=VALUE, one per line
    rc     exit status when it is not 0
    sed    sed -E script applied to every output before it is compared
    world  name of the fake world's folder below tests/golden, when it is not `world`
"""

import pathlib
import subprocess

from runner import context

EMITTED = ("tokens", "ast", "composed", "probes", "types", "plan", "llvm")
GOLDEN = EMITTED + ("fmt", "err", "warn")
REAL = ("out", "json", "stderr")
ROOT = context.TESTS / "golden"


class Script:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(ROOT).with_suffix(""))

    def sibling(self, extension):
        return self.path.with_suffix("." + extension)

    def has(self, extension):
        return self.sibling(extension).exists()

    def lines(self, extension):
        return self.sibling(extension).read_text().splitlines() if self.has(extension) else []

    def read(self, extension):
        return self.sibling(extension).read_bytes().decode(errors="backslashreplace")

    def environment(self):
        return dict(line.split("=", 1) for line in self.lines("env"))

    def filtered(self, text):
        if not self.has("sed"):
            return text
        done = subprocess.run(["sed", "-E", "-f", self.sibling("sed")], input=text, capture_output=True, text=True,
                              check=True)
        return done.stdout

    def directives(self, word):
        """The words after `REQUIRES:` and the like in the comments at the top of the script."""
        return directives(self.path, word)


def directives(path, word):
    found = []
    for line in path.read_text(errors="replace").splitlines():
        text = line.lstrip("#/ \t")
        if line.strip() and not line.startswith(("#", "//")):
            break
        if text.startswith(word + ":"):
            found.append(text[len(word) + 1:].strip())
    return found


def all_scripts():
    return [Script(path) for path in sorted(pathlib.Path(ROOT).rglob("*.bt"))]
