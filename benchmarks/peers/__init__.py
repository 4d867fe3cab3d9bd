"""What others search with, on our material and vectors, in an environment of their own beside this file."""
