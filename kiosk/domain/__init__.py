"""The rules of the queue, pure: numbers, fairness, hours, spoken calls and expected waits."""
