"""The provincial conference: rooms, the conference server, and the engines that carry media."""
