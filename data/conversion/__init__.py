"""Steps from raw cells to an event's fields; ``data.convert`` takes them in order."""
