# The records of errors, each with its place.
run -q -k -f json -e 'begin { @m[1] = 2; delete(@m, 5); print(@m[7]); $z = 0; print(1 % $z); clear(@m); }'
expect '^\{"type": "helper_error", "msg": "No such file or directory", "helper": "map_delete_elem", "retcode": -2, "filename": "stdin", "line": 1, "col": 20\}$'
expect '^\{"type": "helper_error", "msg": "Success", "helper": "map_lookup_elem", "retcode": 0, "filename": "stdin", "line": 1, "col": 41\}$'
expect '^\{"type": "runtime_error", "msg": "Divide or modulo by 0.*", "filename": "stdin", "line": 1, "col": [0-9]+\}$'
