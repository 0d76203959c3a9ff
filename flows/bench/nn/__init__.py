"""The network library beside PyTorch, onnxruntime and a textbook: training, inference, start."""
