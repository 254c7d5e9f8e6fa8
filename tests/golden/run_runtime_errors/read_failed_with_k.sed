s/helper: probe_read[a-z_]*/helper: probe_read/
