"""`aiguilleur post`: messages from files, mboxes, Maildirs or standard input, posted over HTTP.

    sources -> packing (batches) -> api (retries) -> journal (what is done) -> report

It knows the service by its HTTP API alone. Posting is idempotent by content, so whatever is in
doubt after an interruption is simply posted again.
"""
