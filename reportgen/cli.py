"""The commands and the one error boundary; imports nothing heavy."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
