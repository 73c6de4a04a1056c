"""What `run.py` does before the service's own Python is there.

    pythons -> environment -> (service | checks)

Standard library alone, in words that Python 3.6 understands: an old Python must be able to say that
it is too old.
"""
