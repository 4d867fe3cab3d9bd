"""Ways of talking, one a file, without I/O: what a person wants beside an answer, and what is said to it."""
