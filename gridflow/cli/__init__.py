"""The `gridflow` command. Every command exits 0 only on success and says an error in one clear line."""

from gridflow.cli.commands import main

__all__ = ["main"]
