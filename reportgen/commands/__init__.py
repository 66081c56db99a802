"""The commands: what each takes, runs and prints. No logic of their own."""
