"""A run of a diagram in memory: the only package that knows SpiffWorkflow, and that knows no table."""
