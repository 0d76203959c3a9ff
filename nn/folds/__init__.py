"""Cross-validation: a network a fold, what each says of samples it never saw, and wrong labels."""
