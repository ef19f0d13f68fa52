"""A drawing for diagrams that have none: columns along the flow, rows within lanes, lines in channels between them."""
