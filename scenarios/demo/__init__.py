"""The demo bureau: a made-up town, and a reference bureau laid over any road network."""
