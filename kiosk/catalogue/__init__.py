"""The catalogue of procedures (TTHC): what each asks for, what it costs, how long it takes."""
