"""Formulas for scores and comparisons of models, and their confidence intervals."""
