"""What other programs may do: send a message to the case that waits for it."""
