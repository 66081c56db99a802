"""Formulas: from TeX to MathML for the page, SVG for paper, and words for screen readers."""
