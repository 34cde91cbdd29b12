"""Tests of `devices.printer`."""
