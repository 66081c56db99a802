"""Check whether a report is what its evidence says, since its author may have changed it."""
