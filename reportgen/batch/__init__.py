"""A whole class: from a roster to one report per student."""
