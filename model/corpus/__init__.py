"""The training corpus: hand-written skeletons and phrases, and the generator that joins them."""
