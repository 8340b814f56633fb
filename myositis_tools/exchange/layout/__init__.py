"""Layout: where in a file its tables stand, found and shown before anything is read."""
