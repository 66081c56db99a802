"""What a person writes: ``report.toml``, the assignment, and what the command line adds."""
