run --info
expect_status 0
expect '^System$'
expect '^Kernel helpers$'
expect '^Kernel features$'
expect '^Probe types$'
expect ' uprobe: yes'
expect ' tracepoint: yes'
expect ' kprobe_multi: (yes|no)'
