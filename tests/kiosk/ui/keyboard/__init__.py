"""The keyboard: what keys make, what a field holds, how keys lie."""
