"""The settings of a small assignment: two models, one question, to which a test adds lines."""

from __future__ import annotations

ONE_QUESTION = """
title = "T"
summary = "S"
comparison = ["digits", "fashion"]
[models.digits]
dataset = "mnist"
[models.fashion]
dataset = "fashion_mnist"
[selections.predict]
model = "fashion"
images = [300]
[[questions]]
id = "first"
heading = "The first"
prompt = "What is the accuracy?"
kind = "measure"
"""
