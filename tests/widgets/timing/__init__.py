"""The race of devices and functions."""
