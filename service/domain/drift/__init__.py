"""How far mail and answers have moved from those that a model was made with. Pure."""
