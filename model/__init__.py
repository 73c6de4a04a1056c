"""The classifier: labels, artifact, inference; and, apart from serving, its corpus and training."""
