"""Is a report what its evidence says? Whoever made it may have changed it since."""
