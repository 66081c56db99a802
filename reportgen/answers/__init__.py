"""Facts into templates: from the evidence to a report that has no format yet."""
