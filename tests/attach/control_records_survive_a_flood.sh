# Nobody reads until the flood is over, so that it must overflow the ring; the 1,000 control records of the run arrive
# all the same, in order.
cp progs/calls flooder
text='0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789'
body='printf("%s\n", $long);'
rm -f out && mkfifo out && exec 7<>out
start -q -e "uprobe:./flooder:add { \$long = \"$text$text$text$text\"; $body $body $body $body $body $body $body $body $body
  $body $body $body $body $body $body $body $body $body $body $body $body $body $body $body print(@all); zero(@all); print(arg0); }
  uprobe:./flooder:main { @all = 0; }"
./flooder 1000
cat <out >all 7>&- &
reader=$!
exec 7>&-
wait_for_line '^999$' all
stop INT
wait $reader
rm out
diff <(grep -E '^[0-9]{1,4}$' all) <(seq 0 999) >difference || fail "$(head -20 difference)"
expect 'Total lost event count: [1-9]' err
