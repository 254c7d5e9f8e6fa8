# Flags that have no meaning yet say so, each by its name, and run nothing.
for words in '-I dir' '--include file' '--debuginfo dir' '--mode=bench' --test --bench '--aot file' '--dwarf-pid 1'; do
  run $words -e 'begin { print("ran"); }'
  expect_status 1
  expect_not ran
  expect "${words%% *}" err
done
