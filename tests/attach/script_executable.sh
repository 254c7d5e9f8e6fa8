# `#!` with an option, and parameters from the command line.
printf '#!%s -q\nbegin { printf("%%s %%d\\n", str($1), $2); }\n' "$SONDE" >script.bt
chmod +x script.bt
./script.bt word 12 >out
expect '^word 12$'
