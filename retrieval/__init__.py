"""A question finds its lesson. Imports `german` and `corpus`."""
