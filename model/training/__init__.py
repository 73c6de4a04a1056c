"""Everything that makes a model: needs torch, transformers, scikit-learn and onnx; never serves."""
