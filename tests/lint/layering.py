"""Who may include whom: the table of rooms, and the two places where third parties may be seen.

A file belongs to the room with the longest matching folder. A permission is a folder, whose files directly inside may
be included, or one header.
"""

import os
import re

import tree

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

BASE = ["lexer/base"]
WORLD_INTERFACE = ["ast/world.h"]

ALLOWED = {
    "lexer/base": [],
    "stdlib": BASE,
    "lexer": BASE + ["stdlib"],
    "ast": BASE + ["stdlib", "ast/types"],
    "ast/types": BASE + ["stdlib", "ast"],
    "parser": BASE + ["lexer", "ast", "ast/types", "stdlib"],
    "ast/compose": BASE + ["ast", "ast/types", "stdlib"],
    "ast/sema": BASE + ["ast", "ast/types", "stdlib"],
    "codegen/image": BASE + ["stdlib/ids.h"],
    "codegen/lower": BASE + ["codegen/image", "codegen/llvm", "ast", "ast/types", "ast/sema", "stdlib"],
    "codegen/llvm": BASE + ["codegen/image", "codegen/lower", "ast", "ast/types", "ast/sema", "stdlib"],
    "runtime/kernel": BASE + ["stdlib", "ast/types", "codegen/image"] + WORLD_INTERFACE,
    "runtime/world": BASE + ["stdlib", "ast/types", "codegen/image"] + WORLD_INTERFACE,
}
RUNTIME = ["runtime/session", "runtime/events", "runtime/maps", "runtime/symbolize", "runtime/output"]
for room in RUNTIME:
    ALLOWED[room] = BASE + ["stdlib", "codegen/image", "runtime/kernel", "runtime/world"] + WORLD_INTERFACE + RUNTIME

# Third parties, and the rooms that may see them.
RESTRICTED = [
    (re.compile(r"llvm(-c)?/"), ("codegen/lower", "codegen/llvm")),
    (re.compile(r"bpf/|linux/bpf\.h|elf\.h|gelf\.h|libelf\.h|elfutils/|dwarf\.h"), ("runtime/kernel", "runtime/world")),
]


def room_of(name):
    folder = os.path.dirname(name)
    while folder and folder not in ALLOWED and folder != "runtime/cli":
        folder = os.path.dirname(folder)
    return folder


def complaint(name, room, bracket, header):
    for pattern, rooms in RESTRICTED:
        if pattern.match(header) and room not in rooms:
            return f"{name}: <{header}> belongs to {' and '.join(rooms)}"
    if bracket == "<" or room == "runtime/cli":
        return None
    if not header.startswith(tree.PRODUCT):
        return f"{name}: \"{header}\" is not written from the root of the repository"
    allowed = [room] + ALLOWED[room]
    if header in allowed or os.path.dirname(header) in allowed:
        return None
    return f"{name}: {room} may not include {header}"


def check(root):
    complaints = []
    for name in tree.product_code(root):
        room = room_of(name)
        if not room:
            complaints.append(f"{name}: is in no room")
            continue
        for bracket, header in INCLUDE.findall(tree.read(root, name)):
            found = complaint(name, room, bracket, header)
            if found:
                complaints.append(found)
    return complaints
