"""Pictures and sound as arrays and packets; time is an argument."""
