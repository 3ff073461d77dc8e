"""Plan files: a folder a dispatcher opens, prints, sends and archives."""
