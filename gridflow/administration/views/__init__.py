"""The pages of operators, of administrators and of process owners."""
