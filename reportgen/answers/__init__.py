"""Facts, verdicts and prose: from evidence to a document without a format."""
