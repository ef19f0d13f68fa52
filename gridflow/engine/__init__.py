"""Procedures in motion: the only package that knows SpiffWorkflow; everything else sees runs, waiters and commands."""
