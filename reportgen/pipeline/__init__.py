"""From a configuration to a report: what is to be done, what is stored, what is made."""
