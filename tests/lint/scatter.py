"""Names of builtins and probe types stand in their registry row and nowhere else in the product.

A quoted literal that is exactly such a name is a complaint, wherever it is, because a stage that names an entry is a
stage that must be changed for the next one. Where a literal only happens to be the same word (a column's title, a JSON
key that the output's specification fixes), scatter_exemptions.txt says so: `FILE NAME: reason`.
"""

import re

import tree

REGISTRIES = ("stdlib/builtins.def", "stdlib/probes.def")
LITERAL = re.compile(r'"([A-Za-z_][A-Za-z_0-9]*)"')


def registry_names(root, registry):
    """Names of builtins, and of probe types with their aliases."""
    for row in tree.rows(root, registry):
        if row.text.startswith("BUILTIN("):
            yield row.name()
        elif row.text.startswith("PROBE_TYPE("):
            yield from [row.name(), *row.strings[1].split()]


def code_without_comments(text):
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def check(root):
    names = {name for registry in REGISTRIES if (root / registry).exists() for name in registry_names(root, registry)}
    exempt = tree.exemptions(root, "tests/lint/scatter_exemptions.txt")
    used = set()
    complaints = []
    for name in tree.product_code(root):
        for number, line in enumerate(code_without_comments(tree.read(root, name)).splitlines(), 1):
            for word in LITERAL.findall(line):
                if word not in names or line.lstrip().startswith("#include"):
                    continue
                key = f"{name} {word}"
                used.add(key)
                if key not in exempt:
                    complaints.append(f"{name}:{number}: \"{word}\" is a name that its registry row owns")
    complaints += [f"scatter_exemptions.txt: `{key}` is not needed" for key in sorted(set(exempt) - used)]
    return complaints
