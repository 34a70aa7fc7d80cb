"""What every widget stands on: the live object and its static form, messages, work that waits for a free kernel."""
