"""What else can be done here, in which language, and how it is to be read."""
