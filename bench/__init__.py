"""Measurements of speed and size, against a reference taken in the same run: `python -m bench`."""
