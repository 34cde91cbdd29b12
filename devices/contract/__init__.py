"""The ground, pure: what processes say to one another, and how it is named."""
