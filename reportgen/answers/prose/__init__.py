"""The author's own words: what they state, held to the evidence.

``sentences`` reads Markdown as plain sentences. ``words`` is the table of the words that the
grammar knows; ``vocabulary``, ``images`` and ``numbers_in_text`` find names and numbers by it,
``context`` adds what a sentence leaves out, and ``binding`` settles which name belongs to which
number. ``scores``, ``comparisons``, ``predictions`` and ``probabilities`` make ``claims`` of that,
each held to the evidence where it is found; ``finder`` does so for a text and ``examine`` for one
answer. docs/prose-checker.md describes the grammar.
"""
