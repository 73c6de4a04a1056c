"""How well the classifier does on public data, beside published figures."""
