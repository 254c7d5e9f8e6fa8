"""The files of the repository, tracked or about to be, and the rows of its registries."""

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


def rows(root, name):
    """The quoted strings of each row, adjacent ones joined as the compiler does; the first is what the user calls it."""
    found = []
    for row in re.split(r"^(?=[A-Z][A-Z0-9_]*\()", read(root, name), flags=re.MULTILINE)[1:]:
        joined = re.sub(r'(?<!\\)"\s*\n\s*"', "", row)
        strings = [s.replace('\\"', '"').replace("\\\\", "\\") for s in re.findall(r'"((?:[^"\\]|\\.)*)"', joined)]
        if strings:
            found.append(strings)
    return found


def row_names(root, name):
    return [strings[0] for strings in rows(root, name)]


def exemptions(root, name):
    """`KEY: reason` per line; a line without a reason is not an exemption."""
    found = {}
    for line in read(root, name).splitlines():
        if line.strip() and not line.startswith("#"):
            key, _, reason = line.rpartition(": ")
            if key and reason:
                found[key] = reason
    return found
