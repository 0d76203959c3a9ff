"""Studies: what a course says of networks, asked of many small trainings and judged by them."""
