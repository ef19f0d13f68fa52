"""Where process owners change the procedures of their city: revisions, compared, checked, published by two people."""
