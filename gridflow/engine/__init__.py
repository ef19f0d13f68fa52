"""Procedures in motion: a command changes an instance in one transaction; runtime/ runs it, operations/ repair it."""
