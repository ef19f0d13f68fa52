"""Values and a template become a numbered document in PDF; a finished case becomes one sealed file.

Import what is needed from the modules: the verifier shall load nothing of the rest, web processes no typesetter.
"""
