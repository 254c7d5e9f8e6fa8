# Without the link over many functions each gets a program of its own.
run -q --no-feature kprobe_multi,kprobe_session,uprobe_multi --emit=plan -e 'uprobe:./progs/calls:*er { @ = count(); }'
expect_status 0
expect '^link uprobe:\./progs/calls:inner perf_uprobe '
run --no-feature nonsense -e 'begin { }'
expect_status 1
expect 'nonsense' err
