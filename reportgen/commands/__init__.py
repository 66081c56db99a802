"""The commands: what each takes, runs and prints. What they run is elsewhere."""
