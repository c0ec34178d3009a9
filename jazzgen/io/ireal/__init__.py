"""iReal Pro: links and playlists, read to charts."""
