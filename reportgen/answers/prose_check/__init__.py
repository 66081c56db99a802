"""The author's own words: what they state, held to the evidence.

``sentences`` reads Markdown as plain sentences, and ``words`` is the table of the words that the
grammar knows. ``vocabulary``, ``images`` and ``quantities`` find names and numbers,
``context`` adds what a sentence leaves out, and ``binding`` settles what belongs to which number.
``scores``, ``comparisons``, ``predictions`` and ``probabilities`` make ``claims`` of that, each
held to the evidence where it is found; ``examine`` does so for a whole answer.
docs/prose-checker.md describes the grammar.
"""
