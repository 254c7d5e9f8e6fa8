# A string in scratch memory stays whole while a profile with a string of its own interrupts the probe.
# REQUIRES: uprobe, perf_event
cat >scratch.bt <<'END'
uprobe:FOLDER/spin:turn {
  $text = str(arg0);
  @texts[$text] = count();
  if ($text != "a text that is copied for each turn") { @spoilt = count(); }
}
profile:hz:4000 { $other = "another text, which the profile keeps in its scratch"; @profile[$other] = count(); }
END
sed -i "s:FOLDER:$PROGS:" scratch.bt
run -q scratch.bt -c "$PROGS/spin 2000"
expect_status 0
expect '^@texts\[a text that is copied for each turn\]: [0-9]+$'
expect '^@profile\[another text, which the profile keeps in its scratch\]: [0-9]+$'
expect_not '@spoilt'
[ "$(grep -c '^@texts' out)" = 1 ] || fail "a text was overwritten"
