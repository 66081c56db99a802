"""The figures of a report, one module each: what it shows, planned from evidence, and how."""
