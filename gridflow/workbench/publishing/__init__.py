"""Publication by two people, the order it is done by, and the way back."""
