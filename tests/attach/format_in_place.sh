# --fmt -o: a link stays a link, what standard output is stays what it is, a wrong script changes nothing.
echo 'begin{exit()}' >script.bt
ln -s script.bt link.bt
run --fmt link.bt -o link.bt
expect_status 0
[ -L link.bt ] || fail "the link is gone"
expect '^  exit\(\)$' script.bt
ln -s /proc/self/fd/1 stream
run --fmt script.bt -o stream
[ -L stream ] || fail "the link to standard output is gone"
expect '^begin \{$'
"$SONDE" --fmt script.bt -o stream | cat >piped
expect '^begin \{$' piped
echo 'begin {' >wrong.bt
run --fmt wrong.bt -o script.bt
expect_status 1
expect '^  exit\(\)$' script.bt
