"""Where process owners change the procedures of their city: revisions, compared, checked, published by two people.

From below: the library says what a city has and who answers for it; a revision is changed (revising), read beside
another (comparing) and written with help (editing); it is tried (trying) and put in force (publishing). Renaming, files
of other products (foreign) and figures of cases (insight) stand beside; models, errors and words are for all.
"""
