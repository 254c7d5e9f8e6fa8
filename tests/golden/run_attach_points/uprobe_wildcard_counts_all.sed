s/^@: (12|13|14|15|16)$/@: more than eleven/
