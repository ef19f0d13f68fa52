"""What administrators and process owners do to running instances."""
