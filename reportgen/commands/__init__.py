"""The commands: their options, what each calls, and what it prints."""
