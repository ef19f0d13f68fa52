"""The normative documents by which a city carries out its ordinance."""
