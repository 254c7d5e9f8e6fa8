s/helper: map_lookup(_percpu)?_elem/helper: map_lookup_percpu_elem/
