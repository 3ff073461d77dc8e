"""The demo bureau: a made-up town, and a reference bureau laid over any road network."""

from scenarios.demo.bureau import write_demo

__all__ = ["write_demo"]
