"""What a mail costs: the engine alone, the service, what one writes in an afternoon, and peers."""
