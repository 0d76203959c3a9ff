"""Labels judged by a person in a browser."""
