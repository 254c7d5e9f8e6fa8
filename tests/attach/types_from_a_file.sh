# BPFTRACE_BTF: types come from that file; one without BTF is a warning, and no type is known.
BPFTRACE_BTF=/sys/kernel/btf/vmlinux run -e 'begin { print(curtask.tgid == pid(init)); }'
expect '^true$'
echo 'no types' >text
BPFTRACE_BTF=text run -e 'begin { print(7); }'
expect_status 0
expect '^7$'
expect '^WARNING: BPFTRACE_BTF: text: malformed BTF' err
BPFTRACE_BTF=missing run -e 'begin { print(curtask.tgid); }'
expect_status 1
expect '^WARNING: BPFTRACE_BTF: missing: No such file or directory' err
