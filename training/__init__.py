"""Scripts that make the starter models. May import everything; nothing imports it."""
