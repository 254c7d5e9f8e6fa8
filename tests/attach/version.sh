run -V
expect_status 0
expect '^sonde v[0-9]+\.[0-9]+\.[0-9]+ \(bpftrace language 0\.26\)$'
ln -s "$SONDE" bpftrace
./bpftrace --version >out
expect '^bpftrace v0\.26\.0 \(sonde v[0-9]+\.[0-9]+\.[0-9]+\)$'
