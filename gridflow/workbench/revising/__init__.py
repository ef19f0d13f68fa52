"""Revisions: every edition of their files, named states of the whole, and updates of the product that come as one."""
