"""The bundled sample world and what it takes to set it up in a folder."""
