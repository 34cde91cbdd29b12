"""What is asked of a box from afar: commands, uploads, a shell."""
