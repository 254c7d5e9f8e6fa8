# Where the machine has no such counter, the message says so, and missing_probes applies.
run -q -e 'hardware:cycles:100000 { @ = count(); } interval:ms:300 { exit(); }' -c './progs/spin 600000'
if [ $status -ne 0 ]; then
  expect 'Unable to attach probe: hardware:cycles:100000' err
  BPFTRACE_MISSING_PROBES=warn run -q -e 'hardware:cycles:100000 { @ = count(); } interval:ms:30 { exit(); }'
  expect_status 0
  expect '^WARNING: Unable to attach probe: hardware:cycles:100000\. Skipping\.$' err
else
  expect '^@: [1-9]'
fi
