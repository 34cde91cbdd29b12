"""Monthly reports and exports."""
