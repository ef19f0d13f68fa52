"""The two sizes every page is looked at."""

PHONE, DESK = (360, 740), (1280, 800)
