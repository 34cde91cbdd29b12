"""Receipt printers: drawing, sending, what the printer says, and which jobs are on paper."""
