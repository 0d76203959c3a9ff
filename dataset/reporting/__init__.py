"""What people look at: report, contact sheets."""
