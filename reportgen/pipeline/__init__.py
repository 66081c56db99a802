"""From a configuration to a report: planning, training, measuring, rendering, and their keys."""
