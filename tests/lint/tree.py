"""The files of the repository, tracked or about to be, and the rows of its registries."""

import dataclasses
import functools
import re
import subprocess

CODE = (".cc", ".h", ".re", ".yy")
PRODUCT = ("lexer/", "parser/", "ast/", "stdlib/", "codegen/", "runtime/")


@functools.cache
def files(root):
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
                            capture_output=True, check=True)
    names = sorted(set(listed.stdout.decode().split("\0")) - {""})
    return [name for name in names if (root / name).is_file()]


def product_code(root):
    return [name for name in files(root) if name.startswith(PRODUCT) and name.endswith(CODE)]


@functools.cache
def read(root, name):
    return (root / name).read_text(errors="replace")


@dataclasses.dataclass
class Row:
    identifier: str  # the first column
    strings: list  # the quoted ones, adjacent ones joined as the compiler does
    text: str

    def name(self):
        """What the user calls the thing; a row without a quoted name goes by its identifier."""
        return self.strings[0] if self.strings and self.strings[0] else self.identifier


def rows(root, name):
    found = []
    for text in re.split(r"^(?=[A-Z][A-Z0-9_]*\()", read(root, name), flags=re.MULTILINE)[1:]:
        joined = re.sub(r'(?<!\\)"\s*\n\s*"', "", text)
        strings = [re.sub(r"\\(.)", r"\1", s) for s in re.findall(r'"((?:[^"\\]|\\.)*)"', joined)]
        identifier = re.match(r"\w+\(\s*(\w*)", text)[1]
        found.append(Row(identifier, strings, text))
    return found


def exemptions(root, name):
    """`KEY: reason` per line; a line without a reason is not an exemption."""
    found = {}
    for line in read(root, name).splitlines():
        if line.strip() and not line.startswith("#"):
            key, _, reason = line.rpartition(": ")
            if key and reason:
                found[key] = reason
    return found
