"""Where things stand: relocating stations, which collection points merge."""
