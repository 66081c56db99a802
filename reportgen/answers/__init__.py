"""Fill the templates with the facts of the evidence: a report that has no format yet."""
