"""What the commands do; `assistant.__main__` only names and parses them."""
