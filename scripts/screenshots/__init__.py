"""Pictures of the console for the docs.

demo on an empty data directory -> a working week around its mails -> Chromium -> small PNGs
"""
