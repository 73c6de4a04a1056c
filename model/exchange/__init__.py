"""Labelled mail to and from tools that people label with: Label Studio, Argilla.

rows as `model.data` reads them -> the tool's JSON -> labelled there -> the tool's JSON -> rows
"""
