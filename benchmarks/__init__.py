"""What is measured: one module per bench, each with `figures() -> dict`. May import everything."""
