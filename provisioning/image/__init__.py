"""What a bare Debian is given to be a box: units, rules and settings, by `motcua install`."""
