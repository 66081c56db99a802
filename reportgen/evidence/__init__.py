"""The versioned record of everything measured, and the files that hold it."""
