"""Tests of `devices`, a mirror of its tree."""
