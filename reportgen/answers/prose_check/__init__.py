"""Checks the author's own words against the evidence.

``sentences`` reads Markdown as plain sentences, and ``words`` holds the patterns of the
grammar. ``vocabulary``, ``images`` and ``quantities`` find names and numbers, ``context``
adds what a sentence leaves out, and ``binding`` finds which name belongs to which number.
``scores``, ``comparisons``, ``predictions`` and ``probabilities`` find ``claims`` and compare them
with what was measured; ``check`` does so for a whole answer. docs/prose-checker.md describes the
grammar.
"""
