"""What officers did to the queue: told to the province, and kept for the day's figures."""
