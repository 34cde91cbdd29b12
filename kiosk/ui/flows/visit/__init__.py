"""Looking a number up, and rating a finished visit."""
