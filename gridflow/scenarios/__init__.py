"""Worked examples of procedures, carried out with the same commands and form checks as the browser's."""
