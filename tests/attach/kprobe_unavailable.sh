# A kernel without kprobes says so in one error that names the capability's need; others attach.
run -e 'kprobe:vfs_read { @ = count(); } interval:ms:10 { exit(); }'
if "$SONDE" --info | grep -q ' kprobe: no'; then
  [ "$status" -ne 0 ] || fail "status 0"
  expect 'CONFIG_KPROBES' err
  [ "$(grep -c 'ERROR' err)" -eq 1 ] || fail "not one error"
else
  expect_status 0
fi
