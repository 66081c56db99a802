"""The author's own words: what they state, held to the evidence.

``sentences`` reads Markdown as plain sentences. ``vocabulary``, ``numbers_in_text``,
``image_names``, ``cues`` and ``comparators`` recognise words; ``binding`` and ``context``
settle what they are said of. ``scores``, ``comparisons``, ``matches``, ``class_claims`` and
``probabilities`` make ``claims`` of them, ``judge`` holds each to the evidence, and
``examine`` does all of this for one answer. docs/prose-checker.md describes the grammar.
"""
