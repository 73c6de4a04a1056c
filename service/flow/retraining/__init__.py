"""A model trained anew: from what people labelled to a challenger, in steps that can be resumed."""
