s/\+[1-9][0-9]* /+N /
s/^\t[0-9a-f]+ /\tADDR /
s|\(.*/progs/lingers\)|(PATH)|
s|\(.*/programs/lingers\)|(PATH)|
