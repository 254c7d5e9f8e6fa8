# cat prints what a pipe holds at that moment and waits for nobody.
mkfifo pipe
run -q -e 'begin { cat("pipe"); print("went on"); exit(); }'
expect_status 0
expect '^went on$'
exec 8<>pipe
echo held >&8
run -q -e 'begin { cat("pipe"); print("went on"); exit(); }'
expect '^held$'
expect '^went on$'
