"""Lists of people to call: a file of rows becomes leads, or rows refused with a reason. Pure.

Stages, each a module: `decode` (bytes to lines), `table` (lines to records), `layouts` (which
column means what), `normalise` (texts to values), `duplicates`, and `importing`, which runs them.
"""
