"""Renders a document as HTML, PDF or Markdown; pure functions that return text or bytes."""
