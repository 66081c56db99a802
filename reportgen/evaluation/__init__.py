"""Formulas: what logits mean, how well they fit their labels, and how sure that is."""
