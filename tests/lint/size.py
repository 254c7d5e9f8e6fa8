"""How long a function, a file and a header may be.

Functions of C++ are found by their layout, which clang-format fixes: a line at no, one or two levels of indentation that
opens a brace and is no statement, up to the line that is that brace's end alone. A brace whose end is `};` is a type or a table.
"""

import ast
import re

import tree

MOST_FUNCTION, MOST_FILE, MOST_HEADER = 80, 700, 300
OPENS = re.compile(r"^( {0,4})(?![ #/}]).*[^=] \{$")
NO_FUNCTION = re.compile(r"^\s*(namespace|class|struct|enum|union|extern|typedef|return|if|for|while|switch|do|else)\b")


def long_cc_functions(lines):
    for start, line in enumerate(lines):
        match = OPENS.match(line)
        if not match or NO_FUNCTION.match(line):
            continue
        end_line = match[1] + "}"
        for end in range(start + 1, len(lines)):
            if lines[end].startswith(end_line):
                if lines[end] == end_line and end - start + 1 > MOST_FUNCTION:
                    yield start + 1, end - start + 1
                break


def long_python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > MOST_FUNCTION:
            yield node.lineno, node.end_lineno - node.lineno + 1


def check(root):
    complaints = []
    for name in tree.files(root):
        if not name.endswith(tree.CODE + (".py",)):
            continue
        text = tree.read(root, name)
        lines = text.splitlines()
        most = MOST_HEADER if name.endswith(".h") else MOST_FILE
        if len(lines) > most:
            complaints.append(f"{name}: {len(lines)} lines, at most {most}")
        found = []
        if name.endswith(".py"):
            found = long_python_functions(text)
        elif name.endswith((".cc", ".h")):
            found = long_cc_functions(lines)
        complaints += [f"{name}:{line}: a function of {length} lines, at most {MOST_FUNCTION}" for line, length in found]
    return complaints
