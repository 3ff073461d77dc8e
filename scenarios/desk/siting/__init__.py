"""Where collection points stand."""
