"""What is taught: lessons, their questions, and where they come from. Imports `german` only."""
