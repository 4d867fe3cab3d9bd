"""Trainers' own files, PDF to plain text, read in a fenced process as passages with their headings and pages."""
