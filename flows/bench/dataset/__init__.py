"""The dataset stage beside other libraries: augmentation, batches, decoding, audit."""
