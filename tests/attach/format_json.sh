# Every line is one object, also those about the run itself.
run -f json -e 'begin { $z = 0; printf("%d\n", 7 / $z); print((1, "two")); @c["k"] = count(); @h = hist(5); }'
expect_status 0
/usr/bin/python3 -c 'import json, sys; print([json.loads(line)["type"] for line in sys.stdin])' <out >types
for type in attached_probes runtime_error printf; do expect "'$type'" types; done
expect "'value', 'map', 'hist'\]" types
expect '^\{"type": "attached_probes", "count": 1, "data": \{"probes": 1\}\}$'
[ ! -s err ] || fail "something on standard error"
