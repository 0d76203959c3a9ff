"""The stages as one pipeline: commands, the Prefect flow, its server, its artifacts and report."""
