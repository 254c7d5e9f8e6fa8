run -e 'interval:ms:50 { printf("child %d\n", cpid); exit(5); }' -c './progs/spin 1000000'
expect_status 5
child=$(sed -n 's/^child //p' out | head -1)
wait_for gone "$child"
