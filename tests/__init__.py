"""Tests: unit (pure), store and integration (real servers), local, model, chart."""
