"""The files `gridflow procedures new` begins with; words between @ signs are filled in."""
