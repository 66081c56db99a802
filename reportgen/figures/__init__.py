"""The figures of a report, one module each: it plans the figure from evidence and draws it."""
