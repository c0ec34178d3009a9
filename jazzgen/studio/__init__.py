"""The studio: a page on the user's own machine, and the server behind it."""
