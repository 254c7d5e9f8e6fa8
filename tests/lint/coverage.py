"""Every kind of diagnostic is asserted by a golden test, and every row of every registry is exercised by some test.

A row counts as exercised when a test uses its name; the few that cannot be are in registry_exemptions.txt:
`REGISTRY NAME: reason`, or `REGISTRY *: reason` for all of its rows.
"""

import re

import tree

DIAGNOSTICS = "lexer/base/diagnostics.def"
KIND = re.compile(r"\[([a-z][a-z0-9-]*)\]$", re.MULTILINE)
TEST_TEXT = (".bt", ".sh", ".args", ".env", ".cc", ".py", ".err", ".warn", ".stderr", ".plan", ".ast", ".tokens")


def check_diagnostics(root):
    asserted = set()
    for name in tree.files(root):
        if name.startswith("tests/golden/") and name.endswith((".err", ".warn", ".stderr")):
            asserted.update(KIND.findall(tree.read(root, name)))
    rows = [row.name() for row in tree.rows(root, DIAGNOSTICS)]
    exempt = tree.exemptions(root, "tests/lint/registry_exemptions.txt")
    return [f"{DIAGNOSTICS}: `{kind}` is asserted by no golden test" for kind in rows
            if kind not in asserted and f"{DIAGNOSTICS} {kind}" not in exempt]


def has_word(word, text):
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def uses_name(row, text):
    return has_word(row.name(), text) if re.fullmatch(r"\w+", row.name()) else row.name() in text


def uses_identifier(row, text):
    return has_word(row.identifier, text)


def uses_conversion(row, text):
    return re.search(rf"%[-+ #0-9.*hlzjt]*{re.escape(row.name())}", text) is not None


def uses_flag(row, text):
    short = re.search(r"'(\w)'", row.text)
    return (row.strings[0] and f"--{row.strings[0]}" in text) or \
        (short and re.search(rf"(?<![\w-])-\w*{short[1]}", text) is not None)


def shows_text(row, text):
    return row.strings[-1][:40] in text


# How a registry's rows show in a test, where that is not by their name.
USED_AS = {
    "ast/nodes.def": uses_identifier,
    "lexer/tokens.def": uses_identifier,
    "stdlib/cli_flags.def": uses_flag,
    "stdlib/format_specs.def": uses_conversion,
    "stdlib/runtime_errors.def": shows_text,
}


def check_registries(root):
    text = "\n".join(tree.read(root, name) for name in tree.files(root)
                     if name.startswith("tests/") and name.endswith(TEST_TEXT) and not name.startswith("tests/lint/"))
    exempt = tree.exemptions(root, "tests/lint/registry_exemptions.txt")
    complaints = []
    for registry in tree.files(root):
        if not registry.endswith(".def") or registry == DIAGNOSTICS or f"{registry} *" in exempt:
            continue
        is_used = USED_AS.get(registry, uses_name)
        complaints += [f"{registry}: no test uses `{row.name()}`" for row in tree.rows(root, registry)
                       if f"{registry} {row.name()}" not in exempt and not is_used(row, text)]
    return complaints
