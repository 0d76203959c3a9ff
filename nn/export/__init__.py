"""Models as ONNX files, for runtimes that know nothing of this library."""
