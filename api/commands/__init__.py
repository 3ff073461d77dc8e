"""The command line: one file a group of commands; `app` joins them, `door` loads them."""
