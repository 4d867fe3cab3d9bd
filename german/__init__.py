"""What every room needs to know about the German language. A leaf: it imports nothing of the project."""
