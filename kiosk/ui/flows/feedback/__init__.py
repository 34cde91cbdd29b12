"""Feedback (phản ánh, kiến nghị): written and sent, followed by its code, its answer rated."""
