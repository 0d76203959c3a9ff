"""The network as an estimator with scikit-learn's conventions, without scikit-learn."""
