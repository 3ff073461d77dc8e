"""The server of a data folder: who may come in, what lies there, and plans to order."""
