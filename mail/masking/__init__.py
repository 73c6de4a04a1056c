"""Masking: personal numbers and addresses in text are found, verified and replaced by their kind.

text -> finders, the surest first, each blind to what was found before it -> spans -> masked text
"""
