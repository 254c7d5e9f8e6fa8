# A map that the kernel has no room for is named as the script names it, with what it was to hold.
run -e 'let @wide = hash(4294967295); begin { @wide[1] = 1; }'
expect_status 255
expect 'map @wide: create map' err
expect 'hint: .*4294967295 elements' err
