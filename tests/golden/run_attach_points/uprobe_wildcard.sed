/:(_|frame|dereg|regis)/d
