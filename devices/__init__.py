"""The box and its parts; at its foot the ground that every process stands on."""
