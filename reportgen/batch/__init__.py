"""A whole class: from a roster to one report a student."""
